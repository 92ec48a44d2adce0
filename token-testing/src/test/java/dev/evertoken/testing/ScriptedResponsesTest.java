package dev.evertoken.testing;

import static dev.evertoken.testing.TokenForms.refresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A scripted response replaces the provider's response, before or after the provider processes the request. */
@WithMockProviders
class ScriptedResponsesTest {

    @Test
    void aResponseBeforeProcessingLeavesTheGrantUnchanged(@ProviderId("acme") MockProvider acme) throws IOException {
        TokenSet tokens = acme.consent("alice");
        acme.onToken(MockResponse.html(502), MockResponse.status(503).header("Retry-After", "7"));

        assertThat(refresh(acme, tokens).body()).startsWith("<!DOCTYPE html>");
        HttpResponse<String> busy = refresh(acme, tokens);

        assertThat(busy.statusCode()).isEqualTo(503);
        assertThat(busy.headers().firstValue("Retry-After")).hasValue("7");
        assertThat(acme.ledger().isValid(tokens.refreshToken().orElseThrow())).isTrue();
        assertThat(refresh(acme, tokens).statusCode()).isEqualTo(200);
        assertThat(acme.ledger().tokenRequests("alice")).isEqualTo(3);
    }

    @Test
    void aResponseAfterProcessingIsLostWhileTheTokenIsSpent(@ProviderId("acme") MockProvider acme) {
        for (MockResponse lost :
                new MockResponse[] {MockResponse.disconnect(), MockResponse.reset(), MockResponse.disconnectMidBody()
                }) {
            TokenSet tokens = acme.consent("alice");
            acme.onToken(lost.afterProcessing());

            assertThatThrownBy(() -> refresh(acme, tokens)).isInstanceOf(IOException.class);
            assertThat(acme.ledger().isValid(tokens.refreshToken().orElseThrow()))
                    .isFalse();
        }
    }

    @Test
    void aResponseForOneAccountIsKeptForThatAccount(@ProviderId("google") MockProvider google) throws IOException {
        TokenSet alice = google.consent("alice");
        TokenSet bob = google.consent("bob");
        google.onTokenOf("bob", MockResponse.empty());

        assertThat(refresh(google, alice).body()).contains("access_token");
        assertThat(google.responsesLeft()).isEqualTo(1);
        assertThat(refresh(google, bob).body()).isEmpty();
        assertThat(google.responsesLeft()).isZero();
    }

    @Test
    void aRequestHeldOnArrivalIsNotProcessedYet(@ProviderId("acme") MockProvider acme) {
        TokenSet tokens = acme.consent("alice");
        Checkpoint checkpoint = acme.holdRequest();
        CompletableFuture<HttpResponse<String>> response = inBackground(() -> refresh(acme, tokens));
        checkpoint.awaitArrived();

        assertThat(acme.ledger().isValid(tokens.refreshToken().orElseThrow())).isTrue();
        assertThat(acme.ledger().tokenRequests("alice")).isEqualTo(1);
        checkpoint.release();

        assertThat(response.join().statusCode()).isEqualTo(200);
    }

    @Test
    void aHeldResponseHasSpentTheToken(@ProviderId("acme") MockProvider acme) {
        TokenSet tokens = acme.consent("alice");
        Checkpoint checkpoint = acme.holdResponse();
        CompletableFuture<HttpResponse<String>> response = inBackground(() -> refresh(acme, tokens));
        checkpoint.awaitArrived();

        assertThat(acme.ledger().isValid(tokens.refreshToken().orElseThrow())).isFalse();
        checkpoint.release();

        assertThat(acme.ledger().isValid(Secret.of(Browser.field(response.join(), "refresh_token"))))
                .isTrue();
    }

    @Test
    void aSlowBodyIsSentAsTheTestAllows(@ProviderId("acme") MockProvider acme) {
        TokenSet tokens = acme.consent("alice");
        SlowBody slowBody = new SlowBody();
        acme.onToken(MockResponse.slowBody(slowBody).afterProcessing());
        CompletableFuture<HttpResponse<String>> response = inBackground(() -> refresh(acme, tokens));
        slowBody.awaitStarted();
        slowBody.allow(5);

        assertThat(response).isNotDone();
        slowBody.close();

        assertThat(response.join().body()).contains("access_token");
    }

    @Test
    void aResponseCanBeScriptedForTheApiToo(@ProviderId("google") MockProvider google) throws IOException {
        TokenSet tokens = google.consent("alice");
        google.onApi(MockResponse.redirect(307, URI.create("https://elsewhere.example/")));

        assertThat(TokenForms.api(google, tokens.accessToken().orElseThrow()).statusCode())
                .isEqualTo(307);
        assertThat(TokenForms.api(google, tokens.accessToken().orElseThrow()).statusCode())
                .isEqualTo(200);
        assertThat(google.ledger().apiRequests("alice")).isEqualTo(2);
    }

    @Test
    void onlyACompleteResponseTakesHeaders() {
        assertThatThrownBy(() -> MockResponse.disconnect().header("Retry-After", "1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("only a complete response can have another header");
    }

    private interface Call {
        HttpResponse<String> run() throws IOException;
    }

    private static CompletableFuture<HttpResponse<String>> inBackground(Call call) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return call.run();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }
}
