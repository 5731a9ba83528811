package io.patchstream.fetch;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which addresses may be connected to, after the special-purpose registries of IANA (RFC 6890).
 *
 * <p>Public addresses may. Private ones (also loopback, unique local, carrier-grade NAT) may if the
 * host is among those listed, or is the operator's own choice. The rest never: link-local with the
 * metadata services, and whatever else no picture lies at. An IPv4 address within an IPv6 one is
 * judged as itself where that form is in use (mapped, NAT64), and refused where it is not
 * (compatible, 6to4, Teredo).
 */
final class AddressPolicy {

  private static final List<Network> PRIVATE =
      networks(
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "::1/128",
          "fc00::/7");

  private static final List<Network> NEVER =
      networks(
          "0.0.0.0/8",
          "100.100.100.200/32", // metadata service
          "168.63.129.16/32", // metadata service
          "169.254.0.0/16", // link-local, metadata services
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/3", // multicast, reserved, broadcast
          "2001::/23", // Teredo among others
          "2001:db8::/32",
          "2002::/16", // 6to4
          "3fff::/20",
          "fd00:ec2::/32", // metadata service
          "fd20:ce::254/128"); // metadata service

  private static final Network GLOBAL_IPV6 = Network.of("2000::/3");

  private static final Network NAT64 = Network.of("64:ff9b::/96");

  private final Predicate<String> mayBePrivate;

  private AddressPolicy(Predicate<String> mayBePrivate) {
    this.mayBePrivate = mayBePrivate;
  }

  /**
   * For hosts that events choose.
   *
   * @param privateHosts those, as URIs name them, that may have private addresses
   */
  AddressPolicy(List<String> privateHosts) {
    this(
        privateHosts.stream()
                .map(host -> host.toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", ""))
                .collect(Collectors.toUnmodifiableSet())
            ::contains);
  }

  /** For hosts that only the settings choose: all of them may have private addresses. */
  static AddressPolicy forChosenHosts() {
    return new AddressPolicy(host -> true);
  }

  /** Whether a URI that names {@code host} may be fetched from {@code address}. */
  boolean allows(String host, InetAddress address) {
    byte[] bytes = address.getAddress();
    if (NAT64.contains(bytes)) {
      bytes = Arrays.copyOfRange(bytes, 12, 16);
    }
    if (isIn(NEVER, bytes)) {
      return false;
    }
    if (isIn(PRIVATE, bytes)) {
      return mayBePrivate.test(host.toLowerCase(Locale.ROOT));
    }
    return bytes.length == 4 || GLOBAL_IPV6.contains(bytes);
  }

  private static boolean isIn(List<Network> networks, byte[] address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  private static List<Network> networks(String... texts) {
    return Arrays.stream(texts).map(Network::of).toList();
  }

  /** A range of addresses: those of so many bytes whose first bits are these. */
  private record Network(int bytes, int freeBits, BigInteger firstBits) {

    static Network of(String cidr) {
      String[] parts = cidr.split("/");
      try {
        byte[] address = InetAddress.getByName(parts[0]).getAddress();
        int freeBits = address.length * 8 - Integer.parseInt(parts[1]);
        return new Network(
            address.length, freeBits, new BigInteger(1, address).shiftRight(freeBits));
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(cidr, e);
      }
    }

    boolean contains(byte[] address) {
      return address.length == bytes
          && new BigInteger(1, address).shiftRight(freeBits).equals(firstBits);
    }
  }
}
