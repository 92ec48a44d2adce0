package dev.evertoken.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiHostsTest {

    private final ApiHosts hosts = new ApiHosts(Set.of("api.example", "localhost"));

    @Test
    void aPermittedPlacePermitsNeitherAnotherHostNorAnotherScheme() {
        assertThat(hosts.allow("https", "api.example")).isTrue();

        assertThat(hosts.allow("https", "api.example")).isTrue();
        assertThat(hosts.allow("http", "api.example")).isFalse();
        assertThat(hosts.allow("https", "evil.example")).isFalse();
        assertThat(hosts.allow("https", "api.example.evil.example")).isFalse();
        assertThat(hosts.allow("https", "api.example")).isTrue();
    }

    @Test
    void aPlaceThatIsNotPermittedIsNotRemembered() {
        assertThat(hosts.allow("http", "api.example")).isFalse();

        assertThat(hosts.allow("http", "api.example")).isFalse();
        assertThat(hosts.allow("https", "api.example")).isTrue();
    }

    @Test
    void aHostIsRecognizedInAnyCaseAndThisMachineWithoutTls() {
        assertThat(hosts.allow("HTTPS", "API.Example")).isTrue();
        assertThat(hosts.allow("HTTPS", "API.Example")).isTrue();
        assertThat(hosts.allow("http", "localhost")).isTrue();
        assertThat(hosts.allow("http", "127.0.0.1")).isFalse();
    }
}
