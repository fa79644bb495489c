export { Operators } from './Operators';
