// Runs inside a page before its own scripts: remembers every RTCPeerConnection, so that tests, demo and bench can ask
// the browser what really arrived. The app knows nothing of it.

declare global {
  interface Window {
    observedConnections: RTCPeerConnection[];
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
}
