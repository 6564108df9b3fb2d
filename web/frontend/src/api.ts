// Calls of /api/v1 with this visitor's cookies. What the server refuses becomes an ApiError with its words.
export class ApiError extends Error {
    constructor(readonly status: number, readonly field: string | undefined, message: string) {
        super(message);
    }
}

interface Problem {
    title?: string;
    detail?: string;
    field?: string;
}

export class Api {
    constructor(private readonly csrf: string) {}

    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
        const headers: Record<string, string> = {Accept: 'application/json', 'X-CSRF-Token': this.csrf};
        const init: RequestInit = {method, headers};
        if (body !== undefined) {
            headers['Content-Type'] = 'application/json';
            init.body = JSON.stringify(body);
        }
        const answer = await fetch(`/api/v1${path}`, init);
        if (!answer.ok) {
            const problem = await answer.json().catch(() => ({})) as Problem;
            throw new ApiError(answer.status, problem.field, problem.detail ?? problem.title ?? answer.statusText);
        }
        return (answer.status === 204 ? undefined : await answer.json()) as T;
    }
}
