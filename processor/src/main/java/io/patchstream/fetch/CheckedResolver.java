package io.patchstream.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Gives the HTTP client the addresses that it connects to, once they are checked. Nothing resolves
 * the name again between this and the connection, so a name server cannot change its mind.
 */
final class CheckedResolver implements DnsResolver {

  /** A name service. */
  @FunctionalInterface
  interface Names {
    InetAddress[] lookup(String name) throws UnknownHostException;
  }

  /** One address that is not allowed refuses them all. */
  static final class RefusedAddressException extends UnknownHostException {

    private static final long serialVersionUID = 1L;

    RefusedAddressException(String message) {
      super(message);
    }
  }

  private final Names names;
  private final AddressPolicy policy;

  CheckedResolver(Names names, AddressPolicy policy) {
    this.names = names;
    this.policy = policy;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses =
        Location.isAddress(host)
            ? new InetAddress[] {InetAddress.getByName(host)}
            : names.lookup(host);
    for (InetAddress address : addresses) {
      if (!policy.allows(host, address)) {
        throw new RefusedAddressException(
            host
                + " has the address "
                + address.getHostAddress()
                + ", which is private, link-local, reserved or a metadata service");
      }
    }
    return addresses;
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
