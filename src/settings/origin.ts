const ADDRESS = /^(https?):\/\/([a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?|\[[\da-f:.]{2,45}\])(?::(\d{1,5}))?(?:[/?#].*)?$/;
const USUAL_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * The origin of a page's address as browsers write it (`https://example.org`, with a port where it is not the usual
 * one); `null` for anything else. Names with other letters than ASCII are to be given as browsers send them (`xn--…`).
 */
export function parseOrigin(address: string): string | null {
  const [, protocol = '', host, port] = ADDRESS.exec(address.trim().toLowerCase()) ?? [];
  if (host === undefined) return null;
  const number = port === undefined ? USUAL_PORTS[protocol] : Number(port);
  if (number === undefined || number > 0xffff) return null;
  return `${protocol}://${host}${number === USUAL_PORTS[protocol] ? '' : `:${number}`}`;
}
