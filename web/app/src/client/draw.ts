/** The draw itself, apart from the client: only the screens that explain it need it. */
export { drawCommitment, drawShares, drawSteps, verifyDraw } from '@laisee/sdk';
