// Where the members of a room sit, for whatever draws them on a ring.
export { seatAngles } from '#core/conference/seats';
