package dev.evertoken.providers.internal.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that a configured endpoint must not resolve to. */
class PublicAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "0.0.0.0",
                "224.0.0.1",
                "100.64.0.1",
                "100.127.255.255",
                "[::1]",
                "[fe80::1]",
                "[fc00::1]",
                "[fdff::1]",
                "[ff02::1]"
            })
    void anAddressOfAPrivateNetworkIsPrivate(String host) throws UnknownHostException {
        assertThat(PublicAddress.isPrivateLiteral(URI.create("https://" + host + "/token")))
                .isTrue();
        List<InetAddress> only = List.of(InetAddress.getByName(host));
        assertThatThrownBy(() -> PublicAddress.publicOf(only)).isInstanceOf(PublicAddress.PrivateException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "93.184.216.34",
                "100.63.255.255",
                "100.128.0.1",
                "101.64.0.1",
                "252.0.0.1",
                "[2001:db8::1]",
                "[6440::1]",
                "[fa00::1]"
            })
    void anyOtherAddressIsPublic(String host) throws UnknownHostException {
        assertThat(PublicAddress.isPrivateLiteral(URI.create("https://" + host + "/token")))
                .isFalse();
        List<InetAddress> only = List.of(InetAddress.getByName(host));
        assertThat(PublicAddress.publicOf(only)).isEqualTo(only);
    }

    @Test
    void aMalformedAddressLiteralIsTreatedAsPrivate() {
        assertThat(PublicAddress.isPrivateLiteral(URI.create("https://[fe80::1%nowhere]/token")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "token.acme.example", "1.2.3.4.example"})
    void aNameIsNotClassifiedBeforeItsLookup(String host) {
        assertThat(PublicAddress.isPrivateLiteral(URI.create("https://" + host + "/token")))
                .isFalse();
    }

    @Test
    void onlyThePublicAddressesOfAMixtureRemain() throws UnknownHostException {
        InetAddress open = InetAddress.getByName("93.184.216.34");
        List<InetAddress> mixture = new ArrayList<>(List.of(InetAddress.getByName("10.0.0.1"), open));

        assertThat(PublicAddress.publicOf(mixture)).containsExactly(open);
    }
}
