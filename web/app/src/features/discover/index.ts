export { Discover, Fairness } from './Discover';
