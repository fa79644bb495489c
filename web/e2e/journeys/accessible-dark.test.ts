import { everyScreenIsAccessible } from '../src/accessible';

everyScreenIsAccessible('dark');
