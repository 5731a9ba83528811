package io.patchstream.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {

  private final AddressPolicy policy = new AddressPolicy(List.of("Store.Inside", "[::1]"));

  private final AddressPolicy chosen = AddressPolicy.forChosenHosts();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "93.184.215.14",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
        "64:ff9b::5db8:d70e",
      })
  void publicAddressesAreAllowed(String address) throws Exception {
    assertThat(policy.allows("any.example", InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "172.16.0.0",
        "172.31.255.255",
        "192.168.255.255",
        "::1",
        "fc00::1",
        "fdff::1",
        "64:ff9b::a00:1",
        "::ffff:10.0.0.1",
      })
  void privateAddressesAreForHostsThatAreListed(String address) throws Exception {
    assertThat(policy.allows("any.example", InetAddress.getByName(address))).isFalse();
    assertThat(chosen.allows("any.example", InetAddress.getByName(address))).isTrue();
    assertThat(policy.allows("store.inside", InetAddress.getByName(address))).isTrue();
    assertThat(policy.allows("::1", InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "100.100.100.200",
        "168.63.129.16",
        "169.254.169.254",
        "169.254.0.1",
        "192.0.0.192",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::7f00:1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:a00:1::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
      })
  void someAddressesAreNeverAllowed(String address) throws Exception {
    assertThat(policy.allows("any.example", InetAddress.getByName(address))).isFalse();
    assertThat(policy.allows("store.inside", InetAddress.getByName(address))).isFalse();
    assertThat(chosen.allows("any.example", InetAddress.getByName(address))).isFalse();
  }
}
