import { everyAreaIsAccessible } from '../src/accessible';

everyAreaIsAccessible('light');
everyAreaIsAccessible('dark');
