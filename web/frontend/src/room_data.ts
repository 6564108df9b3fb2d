// What the server tells the room page's modules.
import type {Words} from './words';

export interface RoomData {
    id: string;
    state: string;
    startsAt: string;
    mayRun: boolean;
    me: string | null;
    language: string;
    csrf: string;
    words: Words;
}
