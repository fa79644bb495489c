export { User } from './User';
export { Users } from './Users';
