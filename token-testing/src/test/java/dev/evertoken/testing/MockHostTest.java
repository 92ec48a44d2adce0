package dev.evertoken.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.testing.HostedResponse.Ending;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server of another kind gets from the providers that are mounted into it. */
class MockHostTest {

    private final Host host = new Host();
    private MockProviders mocks;
    private MockProvider acme;

    @BeforeEach
    void mount() {
        mocks = MockProviders.on(host);
        acme = mocks.rotating();
    }

    @AfterEach
    void close() {
        mocks.close();
    }

    @Test
    void theAddressesAreThoseOfTheHost() {
        assertThat(acme.apiUrl()).isEqualTo(URI.create("http://mocks.example/base/acme/api"));
        assertThat(TokenForms.tokenUrl(acme)).isEqualTo(URI.create("http://mocks.example/base/acme/token"));
    }

    @Test
    void aRequestGetsACompleteResponse() {
        HostedResponse response = refresh();

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers()).containsEntry("Content-Type", "application/json; charset=utf-8");
        assertThat(new String(response.body(), UTF_8)).contains("access_token");
        assertThat(response.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(acme.ledger().tokenRequests("alice")).isEqualTo(1);
    }

    @Test
    void aPathOfNoProviderIsNotFound() {
        assertThat(host.send(new RawRequest("GET", "/base/nobody", Map.of(), ""))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aBrokenConnectionHasItsEnding() {
        acme.onToken(MockResponse.reset(), MockResponse.disconnect(), MockResponse.disconnectMidBody());

        assertThat(refresh().ending()).isEqualTo(Ending.RESET);
        assertThat(refresh().ending()).isEqualTo(Ending.CLOSED);
        HostedResponse half = refresh();
        assertThat(half.ending()).isEqualTo(Ending.CUT_OFF);
        assertThat(half.body()).hasSizeLessThan(Integer.parseInt(half.headers().get("Content-Length")));
    }

    @Test
    void aLargeResponseIsSentAsFarAsAClientReadsIt() {
        acme.onToken(MockResponse.huge(1L << 40), MockResponse.endless(), MockResponse.huge(1 << 20));

        assertThat(refresh()).satisfies(huge -> {
            assertThat(huge.headers()).containsEntry("Content-Length", String.valueOf(1L << 40));
            assertThat(huge.body().length).isGreaterThan(8 * 1024 * 1024);
            assertThat(huge.ending()).isEqualTo(Ending.CUT_OFF);
        });
        assertThat(refresh()).satisfies(endless -> {
            assertThat(endless.headers()).doesNotContainKeys("Content-Length", "Transfer-Encoding");
            assertThat(new String(endless.body(), UTF_8)).isBlank();
            assertThat(endless.ending()).isEqualTo(Ending.CUT_OFF);
        });
        assertThat(refresh().ending()).isEqualTo(Ending.COMPLETE);
    }

    @Test
    void aHeldResponseIsReturnedWhenTheTestReleasesIt() {
        Checkpoint checkpoint = acme.holdResponse();
        CompletableFuture<HostedResponse> response = CompletableFuture.supplyAsync(this::refresh);
        checkpoint.awaitArrived();

        assertThat(response).isNotDone();
        checkpoint.release();

        assertThat(response.join().status()).isEqualTo(200);
    }

    @Test
    void theEndOfTheProvidersEndsRequestsWithoutAResponse() {
        Checkpoint arrival = new Checkpoint();
        acme.onToken(MockResponse.noResponse().heldOnArrival(arrival));
        CompletableFuture<HostedResponse> response = CompletableFuture.supplyAsync(this::refresh);
        arrival.awaitArrived();
        arrival.release();

        assertThat(response).isNotDone();
        mocks.close();

        assertThat(response.join().ending()).isEqualTo(Ending.CLOSED);
        assertThat(host.unmounts).hasValue(1);
    }

    @Test
    void eachUseOfAProviderKeepsItMounted() {
        int before = host.uses.get();

        acme.consent("alice");
        acme.expire("alice");
        acme.onToken(MockResponse.normal());

        assertThat(host.uses.get() - before).isEqualTo(3);
    }

    @Test
    void theConnectionsAreNotThoseOfTheProviders() {
        assertThatThrownBy(() -> mocks.connections())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the connections belong to the server into which the providers are mounted");
    }

    @Test
    void aResponseDoesNotPrintItsBody() {
        assertThat(refresh().toString()).matches("HostedResponse\\[200, \\d+ bytes, COMPLETE]");
    }

    private HostedResponse refresh() {
        String token = acme.consent("alice").refreshToken().orElseThrow().reveal();
        StringBuilder form = new StringBuilder();
        TokenForms.refreshForm(acme, token)
                .forEach((name, value) -> form.append(name)
                        .append('=')
                        .append(Browser.encoded(value))
                        .append('&'));
        return host.send(new RawRequest("POST", "/base/acme/token", Map.of(), form.toString()));
    }

    /** A server without a network. */
    private static final class Host implements MockHost {
        private final AtomicInteger uses = new AtomicInteger();
        private final AtomicInteger unmounts = new AtomicInteger();
        private Function<RawRequest, HostedResponse> providers;

        HostedResponse send(RawRequest request) {
            return providers.apply(request);
        }

        @Override
        public void mount(Function<RawRequest, HostedResponse> mounted) {
            this.providers = mounted;
        }

        @Override
        public String basePath() {
            return "/base";
        }

        @Override
        public URI address(String path) {
            return URI.create("http://mocks.example" + path);
        }

        @Override
        public void keepMounted() {
            uses.incrementAndGet();
        }

        @Override
        public void unmount() {
            unmounts.incrementAndGet();
        }
    }
}
