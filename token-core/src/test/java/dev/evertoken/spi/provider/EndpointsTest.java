package dev.evertoken.spi.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {

    private static final URI TOKEN = URI.create("https://auth.example/token");
    private static final URI OTHER = URI.create("https://auth.example/v2/token");

    @Test
    void aTokenEndpointServesExchangeRefreshAndClientCredentials() {
        Endpoints endpoints = Endpoints.token(TOKEN);

        assertThat(endpoints.address(EndpointKind.EXCHANGE)).contains(TOKEN);
        assertThat(endpoints.address(EndpointKind.REFRESH)).contains(TOKEN);
        assertThat(endpoints.address(EndpointKind.CLIENT_CREDENTIALS)).contains(TOKEN);
        assertThat(endpoints.address(EndpointKind.REVOKE)).isEmpty();
    }

    @Test
    void overridingOneEndpointLeavesTheOthers() {
        Endpoints moved = Endpoints.token(TOKEN).with(EndpointKind.REFRESH, OTHER);

        assertThat(moved.address(EndpointKind.REFRESH)).contains(OTHER);
        assertThat(moved.address(EndpointKind.EXCHANGE)).contains(TOKEN);
        assertThat(Endpoints.token(TOKEN).overriddenBy(Endpoints.none().with(EndpointKind.REFRESH, OTHER)))
                .isEqualTo(moved);
        assertThat(Endpoints.none().overriddenBy(Endpoints.none())).isEqualTo(Endpoints.none());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8080/token",
                "http://127.0.0.1/token",
                "http://127.9.9.9:1/token",
                "http://[::1]:8080/token",
                "https://auth.example/token?tenant=a",
                "HTTPS://auth.example/token",
                "http://auth.svc:8080/token"
            })
    void httpsAndHttpAreAccepted(String address) {
        assertThat(Endpoints.token(URI.create(address)).addresses()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://auth.example/token",
                "http://localhost.evil.example/token",
                "http://127.0.0.1.evil.example/token",
                "http://10.0.0.1/token"
            })
    void anAddressOverHttpIsSecureOnLoopbackOnly(String address) {
        assertThat(Endpoints.isSecure(URI.create(address))).isFalse();
        assertThat(Endpoints.isSecure(URI.create("http://127.0.0.1/token"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"ftp://auth.example/token, auth.example", "ldap://127.0.0.1/token, 127.0.0.1"})
    void anAddressThatIsNotHttpIsRejectedNamingTheHost(String address, String host) {
        assertThatThrownBy(() -> Endpoints.none().with(EndpointKind.REFRESH, URI.create(address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("REFRESH endpoint at " + host + " must be https");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/token", "auth.example/token", "mailto:a@b", "https://user:canary@auth.example/", "https://a/#f"
            })
    void anAddressThatIsNotPlainAndAbsoluteIsRejectedWithoutEchoingIt(String address) {
        assertThatThrownBy(() -> Endpoints.none().with(EndpointKind.REVOKE, URI.create(address)))
                .hasMessage("REVOKE endpoint must be an absolute address without user info and fragment");
    }

    @Test
    void theAuthenticationOfARegistrationOverridesThatOfTheProvider() {
        ProviderProfile profile = ProviderProfile.builder(RefreshModel.STATIC)
                .endpoints(Endpoints.token(TOKEN))
                .tokenAuthentication(ClientAuthentication.CLIENT_SECRET_POST)
                .build();
        ClientRegistration registration = ClientRegistration.builder("id-1")
                .authentication(EndpointKind.REFRESH, ClientAuthentication.CLIENT_ID_ONLY)
                .build();
        Client client = new Client("google", "google", registration, profile);

        assertThat(client.authentication(EndpointKind.REFRESH)).isEqualTo(ClientAuthentication.CLIENT_ID_ONLY);
        assertThat(client.authentication(EndpointKind.EXCHANGE)).isEqualTo(ClientAuthentication.CLIENT_SECRET_POST);
        assertThat(client.authentication(EndpointKind.REVOKE)).isEqualTo(ClientAuthentication.CLIENT_SECRET_BASIC);
        assertThat(client.endpoint(EndpointKind.REFRESH)).contains(TOKEN);
        assertThat(client.endpoint(EndpointKind.REVOKE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "LOCALHOST, true",
        "[::1], true",
        "127.0.0.1, true",
        "127.255.9.10, true",
        "127.0.0, false",
        "127.0.0.1.2, false",
        "127.0.0.1000, false",
        "127.0..1, false",
        "127.0.0., false",
        "127.0.0.a, false",
        "127.evil.example, false",
        "128.0.0.1, false",
        "[::2], false",
        "localhost.example, false"
    })
    void aLoopbackHostIsKnownByItsLiteralName(String host, boolean loopback) {
        assertThat(Endpoints.isSecure("http", host)).isEqualTo(loopback);
        assertThat(Endpoints.isSecure("HTTPS", host)).isTrue();
    }
}
