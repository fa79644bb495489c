/** The messages of the protocol as generated from `proto/laisee/v1`. */
export * from './gen/laisee/v1/account_pb.js';
export * from './gen/laisee/v1/content_pb.js';
export * from './gen/laisee/v1/conversation_pb.js';
export * from './gen/laisee/v1/error_pb.js';
export * from './gen/laisee/v1/frame_pb.js';
export * from './gen/laisee/v1/risk_pb.js';
export * from './gen/laisee/v1/sync_pb.js';
export * from './gen/laisee/v1/transfer_pb.js';
export * from './gen/laisee/v1/wallet_pb.js';
