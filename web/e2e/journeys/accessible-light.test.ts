import { everyScreenIsAccessible } from '../src/accessible';

everyScreenIsAccessible('light');
