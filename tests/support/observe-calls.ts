// Runs inside a page before its own scripts: remembers every RTCPeerConnection and everything that was ever played, so
// that tests, demo and bench can ask the browser what really arrived. The app knows nothing of it.

declare global {
  interface Window {
    observedConnections: RTCPeerConnection[];
    /** Also elements that stand in no document. */
    observedPlayers: Set<HTMLMediaElement>;
  }
}

/** For `page.addInitScript`. */
export function observeConnections(): void {
  const observed: RTCPeerConnection[] = [];
  window.observedConnections = observed;
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, args: [RTCConfiguration?]) {
      const connection = new target(...args);
      observed.push(connection);
      return connection;
    },
  });
  const players = new Set<HTMLMediaElement>();
  window.observedPlayers = players;
  HTMLMediaElement.prototype.play = new Proxy(HTMLMediaElement.prototype.play, {
    apply(play, element: HTMLMediaElement, args: []) {
      players.add(element);
      return Reflect.apply(play, element, args);
    },
  });
}
