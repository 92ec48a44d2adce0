package dev.evertoken.spi.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.http.ResponseDecider.Decision;
import dev.evertoken.spi.http.ResponseDecider.Sent;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Responses to signed requests that refuse the client. */
class RefusedClientTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final AccessToken TOKEN =
            new AccessToken(Secret.of("access-canary-1"), "Bearer", Optional.empty(), "grant-1", 1, NOW, Set.of());
    private static final Signature SIGNATURE = Signature.header(Secret.of("Bearer access-canary-1"));
    private static final Sent SIGNED = new Sent(TOKEN, "graph.example", true, Optional.of(SIGNATURE));
    private static final ProviderResponse REFUSAL = new ProviderResponse(400, Map.of(), "{}", NOW);

    private final ResponseDecider decider = new ResponseDecider();

    @Test
    @Fault("O8")
    void aRequestIsSentAgainIfItWouldBeSignedWithAnotherSecret() {
        Account account = new Account(true);

        Decision decision = decider.first(account, SIGNED, REFUSAL);

        assertThat(decision.next()).contains(TOKEN);
        assertThat(decision.refreshed()).isFalse();
        decider.second(account, SIGNED, decision, REFUSAL);
        ResponseDecider.notRefused(account, SIGNED);
        assertThat(account.retried).containsExactly(false, true);
    }

    @Test
    @Fault("O8")
    void aRefusalOfTheOnlySecretIsPassedOn() {
        Decision decision = decider.first(new Account(false), SIGNED, REFUSAL);

        assertThat(decision.next()).isEmpty();
        assertThat(decision.verdict().problem()).contains(Problem.CLIENT_REJECTED);
    }

    @Test
    @Fault("O8")
    void aRequestWithoutASignatureTriesNoOtherSecret() {
        Account account = new Account(true);
        Sent plain = new Sent(TOKEN, "graph.example", true, Optional.empty());

        Decision decision = decider.first(account, plain, REFUSAL);

        assertThat(decision.next()).isEmpty();
        decider.second(account, plain, decision, REFUSAL);
        assertThat(account.retried).isEmpty();
    }

    /** An account whose API refuses the client. Not thread-safe. */
    private static final class Account implements RequestAuthorizer {
        private final boolean hasOtherSecret;
        private final List<Boolean> retried = new ArrayList<>();

        Account(boolean hasOtherSecret) {
            this.hasOtherSecret = hasOtherSecret;
        }

        @Override
        public boolean canRetryWithOtherSecret(Signature refused) {
            return hasOtherSecret;
        }

        @Override
        public void retried(Signature sent, boolean accepted) {
            retried.add(accepted);
        }

        @Override
        public ResourceDialect resourceDialect() {
            return new ResourceDialect() {
                @Override
                public ResourceVerdict judge(DialectContext context, ProviderResponse response) {
                    return ResourceVerdict.pass(Problem.CLIENT_REJECTED, "the proof of the app secret is wrong");
                }
            };
        }

        @Override
        public AccessToken accessToken() {
            return TOKEN;
        }

        @Override
        public CompletableFuture<AccessToken> accessTokenAsync() {
            return CompletableFuture.completedFuture(TOKEN);
        }

        @Override
        public AccessToken replace(AccessToken rejected) {
            return TOKEN;
        }

        @Override
        public CompletableFuture<AccessToken> replaceAsync(AccessToken rejected) {
            return CompletableFuture.completedFuture(TOKEN);
        }

        @Override
        public Instant now() {
            return NOW;
        }

        @Override
        public boolean allows(String scheme, String host) {
            return true;
        }
    }
}
