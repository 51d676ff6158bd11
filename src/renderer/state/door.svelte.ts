// The way into a room: what is entered, the devices tried before, and how far it got.
export class DoorState {}
