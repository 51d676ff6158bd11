// Rooms from outside: the list of them, opening one, and the way in.
export const door = {
  join: 'Join',
};
