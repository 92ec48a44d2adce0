package dev.evertoken.spi.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that a configured endpoint must not resolve to. */
class PublicAddressTest {

    /** The first and the last address of each block, the first one before and the first one after it. */
    @ParameterizedTest
    @Fault("I5")
    @CsvSource({
        "0.0.0.0, 0.255.255.255, , 1.0.0.0",
        "10.0.0.0, 10.255.255.255, 9.255.255.255, 11.0.0.0",
        "100.64.0.0, 100.127.255.255, 100.63.255.255, 100.128.0.0",
        "127.0.0.0, 127.255.255.255, 126.255.255.255, 128.0.0.0",
        "168.63.129.16, 168.63.129.16, 168.63.129.15, 168.63.129.17",
        "169.254.0.0, 169.254.255.255, 169.253.255.255, 169.255.0.0",
        "172.16.0.0, 172.31.255.255, 172.15.255.255, 172.32.0.0",
        "192.0.0.0, 192.0.0.255, 191.255.255.255, 192.0.1.0",
        "192.0.0.192, 192.0.0.192, , ",
        "192.0.2.0, 192.0.2.255, 192.0.1.255, 192.0.3.0",
        "192.88.99.0, 192.88.99.255, 192.88.98.255, 192.88.100.0",
        "192.168.0.0, 192.168.255.255, 192.167.255.255, 192.169.0.0",
        "198.18.0.0, 198.19.255.255, 198.17.255.255, 198.20.0.0",
        "198.51.100.0, 198.51.100.255, 198.51.99.255, 198.51.101.0",
        "203.0.113.0, 203.0.113.255, 203.0.112.255, 203.0.114.0",
        "224.0.0.0, 255.255.255.255, 223.255.255.255, ",
        "::, ::1, , ::2:0:0",
        "::10.0.0.1, ::192.168.255.255, , ::93.184.216.34",
        "::ffff:10.0.0.0, ::ffff:10.255.255.255, ::ffff:9.255.255.255, ::ffff:11.0.0.0",
        "::ffff:0:10.0.0.1, ::ffff:0:169.254.169.254, , ::ffff:0:93.184.216.34",
        "64:ff9b::10.0.0.1, 64:ff9b::169.254.169.254, , 64:ff9b::93.184.216.34",
        "64:ff9b:1::, 64:ff9b:1:ffff:ffff:ffff:ffff:ffff, 64:ff9b:0:ffff:ffff:ffff:ffff:ffff, 64:ff9b:2::",
        "100::, 100::1:ffff:ffff:ffff:ffff, ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 100:0:0:2::",
        "2001::, 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff, 2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 2001:200::",
        "2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff, 2001:db9::",
        "2002:a00:1::, 2002:c0a8:101:1::1, , 2002:5db8:d822::1",
        "3fff::, 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff, 3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 3fff:1000::",
        "5f00::, 5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 5f01::",
        "fc00::, fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fe00::",
        "fe80::, feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ",
        "ff00::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, , "
    })
    void theAddressesOfABlockArePrivateAndItsNeighborsArePublic(
            String first, String last, @Nullable String before, @Nullable String after) throws UnknownHostException {
        assertPrivate(first, true);
        assertPrivate(last, true);
        if (before != null) {
            assertPrivate(before, false);
        }
        if (after != null) {
            assertPrivate(after, false);
        }
    }

    private static void assertPrivate(String address, boolean isPrivate) throws UnknownHostException {
        String host = address.contains(":") ? "[" + address + "]" : address;
        List<InetAddress> only = List.of(InetAddress.getByName(address));

        assertThat(PublicAddress.isPrivateLiteral(URI.create("https://" + host + "/token")))
                .as(address)
                .isEqualTo(isPrivate);
        if (isPrivate) {
            assertThatThrownBy(() -> PublicAddress.publicOf(only))
                    .as(address)
                    .isInstanceOf(PublicAddress.PrivateException.class);
        } else {
            assertThat(PublicAddress.publicOf(only)).isEqualTo(only);
        }
    }

    @ParameterizedTest
    @Fault("I5")
    @ValueSource(
            strings = {
                "https://0x7f.1/token",
                "https://127.1/token",
                "https://10.1/token",
                "https://010.0.0.1.5/token",
                "https://127.0.0.1./token",
                "https://169.254.169.254%00.example/token",
                "https://①⑥⑨.254.169.254/token"
            })
    void aHostThatIsNoNameAndNoPlainAddressIsNoEndpoint(String address) {
        assertThatThrownBy(() -> Endpoints.token(URI.create(address))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @Fault("I5")
    @ValueSource(
            strings = {
                "[::ffff:a00:1]",
                "[0:0:0:0:0:FFFF:0A00:0001]",
                "[::FFFF:127.0.0.1]",
                "[64:FF9B::a9fe:a9fe]",
                "[fe80::1%25eth0]",
                "010.0.0.1",
                "2130706433"
            })
    void aPrivateAddressInAnotherSpellingIsPrivate(String host) {
        assertThat(PublicAddress.isPrivateLiteral(URI.create("https://" + host + "/token")))
                .isTrue();
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
