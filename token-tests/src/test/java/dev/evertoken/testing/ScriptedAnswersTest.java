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

/** What a test lays out comes in place of the provider's answer, before or after the provider has acted. */
@WithMockProviders
class ScriptedAnswersTest {

    @Test
    void anAnswerBeforeProcessingLeavesTheGrantAlone(@ProviderId("acme") MockProvider acme) throws IOException {
        TokenSet tokens = acme.consent("alice");
        acme.onToken(Answer.html(502), Answer.status(503).header("Retry-After", "7"));

        assertThat(refresh(acme, tokens).body()).startsWith("<!DOCTYPE html>");
        HttpResponse<String> busy = refresh(acme, tokens);

        assertThat(busy.statusCode()).isEqualTo(503);
        assertThat(busy.headers().firstValue("Retry-After")).hasValue("7");
        assertThat(acme.ledger().isAlive(tokens.refreshToken().orElseThrow())).isTrue();
        assertThat(refresh(acme, tokens).statusCode()).isEqualTo(200);
        assertThat(acme.ledger().tokenRequests("alice")).isEqualTo(3);
    }

    @Test
    void anAnswerAfterProcessingIsLostWhileTheTokenIsSpent(@ProviderId("acme") MockProvider acme) {
        for (Answer lost : new Answer[] {Answer.disconnect(), Answer.reset(), Answer.disconnectMidBody()}) {
            TokenSet tokens = acme.consent("alice");
            acme.onToken(lost.afterProcessing());

            assertThatThrownBy(() -> refresh(acme, tokens)).isInstanceOf(IOException.class);
            assertThat(acme.ledger().isAlive(tokens.refreshToken().orElseThrow()))
                    .isFalse();
        }
    }

    @Test
    void anAnswerForOneAccountWaitsForThatAccount(@ProviderId("google") MockProvider google) throws IOException {
        TokenSet alice = google.consent("alice");
        TokenSet bob = google.consent("bob");
        google.onTokenOf("bob", Answer.empty());

        assertThat(refresh(google, alice).body()).contains("access_token");
        assertThat(google.answersLeft()).isEqualTo(1);
        assertThat(refresh(google, bob).body()).isEmpty();
        assertThat(google.answersLeft()).isZero();
    }

    @Test
    void aRequestHeldOnArrivalHasDoneNothingYet(@ProviderId("acme") MockProvider acme) {
        TokenSet tokens = acme.consent("alice");
        Hold hold = acme.hold();
        CompletableFuture<HttpResponse<String>> answer = inBackground(() -> refresh(acme, tokens));
        hold.awaitArrived();

        assertThat(acme.ledger().isAlive(tokens.refreshToken().orElseThrow())).isTrue();
        assertThat(acme.ledger().tokenRequests("alice")).isEqualTo(1);
        hold.release();

        assertThat(answer.join().statusCode()).isEqualTo(200);
    }

    @Test
    void anAnswerHeldOnItsWayBackHasSpentTheToken(@ProviderId("acme") MockProvider acme) {
        TokenSet tokens = acme.consent("alice");
        Hold hold = acme.holdAnswer();
        CompletableFuture<HttpResponse<String>> answer = inBackground(() -> refresh(acme, tokens));
        hold.awaitArrived();

        assertThat(acme.ledger().isAlive(tokens.refreshToken().orElseThrow())).isFalse();
        hold.release();

        assertThat(acme.ledger().isAlive(Secret.of(Browser.field(answer.join(), "refresh_token"))))
                .isTrue();
    }

    @Test
    void aDripLetsThroughWhatTheTestLets(@ProviderId("acme") MockProvider acme) {
        TokenSet tokens = acme.consent("alice");
        Drip drip = new Drip();
        acme.onToken(Answer.drip(drip).afterProcessing());
        CompletableFuture<HttpResponse<String>> answer = inBackground(() -> refresh(acme, tokens));
        drip.awaitStarted();
        drip.let(5);

        assertThat(answer).isNotDone();
        drip.close();

        assertThat(answer.join().body()).contains("access_token");
    }

    @Test
    void aRedirectCanBeLaidOutAtTheApiToo(@ProviderId("google") MockProvider google) throws IOException {
        TokenSet tokens = google.consent("alice");
        google.onApi(Answer.redirect(307, URI.create("https://elsewhere.example/")));

        assertThat(TokenForms.api(google, tokens.accessToken()).statusCode()).isEqualTo(307);
        assertThat(TokenForms.api(google, tokens.accessToken()).statusCode()).isEqualTo(200);
        assertThat(google.ledger().apiRequests("alice")).isEqualTo(2);
    }

    @Test
    void onlyAWholeAnswerHasHeadersToSet() {
        assertThatThrownBy(() -> Answer.disconnect().header("Retry-After", "1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("only a whole answer has headers to set");
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
