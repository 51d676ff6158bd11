// The form in which every failure is told.
export interface FailureText {
  title: string;
  happened: string;
  remedy: string;
}

export const text = (title: string, happened: string, remedy: string): FailureText => ({ title, happened, remedy });
