// What a person is told of a failure.
export interface FailureText {
  title: string;
  happened: string;
  remedy: string;
}

export const text = (title: string, happened: string, remedy: string): FailureText => ({ title, happened, remedy });
