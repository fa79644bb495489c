import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Answer, Ask } from '../frames.js';
import type { ClientFrame, ServerFrameSchema } from '../protocol.js';
import type { FakeConnection, World } from './world.js';

type Question<A extends Ask> = Extract<ClientFrame['body'], { case: A }>['value'];
type InitBody = NonNullable<MessageInitShape<typeof ServerFrameSchema>['body']>;
type InitOf<A extends Ask> = Extract<InitBody, { value: Answer<A> | unknown; case: AnswerCase<A> }>['value'];
type AnswerCase<A extends Ask> = CaseByType[Answer<A>['$typeName']];
type CaseByType = {
  [B in Exclude<
    import('../protocol.js').ServerFrame['body'],
    { case: undefined }
  > as B['value']['$typeName']]: B['case'];
};

export interface Caller {
  readonly world: World;
  readonly user: string;
  readonly connection: FakeConnection;
}

/** How the fake server answers; an array is streamed as several answers. */
export type Handlers = {
  [A in Ask]?: (caller: Caller, question: Question<A>) => InitOf<A> | InitOf<A>[];
};
