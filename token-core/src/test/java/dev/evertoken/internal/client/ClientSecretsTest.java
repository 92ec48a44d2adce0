package dev.evertoken.internal.client;

import static dev.evertoken.internal.client.ClientAcceptance.ACCEPTED;
import static dev.evertoken.internal.client.ClientAcceptance.REFUSED;
import static dev.evertoken.internal.client.ClientAcceptance.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.DerivationOutcome;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import dev.evertoken.spi.provider.UserLookupOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ClientSecretsTest {

    private static final String NEW = "n3w-s3cret-of-the-client";
    private static final String OLD = "0ld-s3cret-of-the-client";

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final List<String> tried = new ArrayList<>();
    private final ClientSecrets secrets = new ClientSecrets(client(ClientRegistration.builder("client-1")
            .clientSecret(NEW)
            .previousSecret(OLD)
            .build()));

    @Test
    @Fault("O8")
    void theOtherSecretIsTriedOnceAndRememberedIfItIsAccepted() {
        assertThat(call(Map.of(NEW, REFUSED, OLD, ACCEPTED))).isEqualTo(ACCEPTED);
        assertThat(call(Map.of(NEW, REFUSED, OLD, ACCEPTED))).isEqualTo(ACCEPTED);
        assertThat(tried).containsExactly(NEW, OLD, OLD);
        assertThat(secrets.usesPrevious()).isTrue();

        assertThat(call(Map.of(NEW, ACCEPTED, OLD, REFUSED))).isEqualTo(ACCEPTED);
        assertThat(tried).containsExactly(NEW, OLD, OLD, OLD, NEW);
        assertThat(secrets.usesPrevious()).isFalse();
    }

    @Test
    @Fault("I8")
    void onlyARefusalOfTheClientIsFollowedByTheOtherSecret() {
        assertThat(call(Map.of(NEW, UNKNOWN, OLD, ACCEPTED))).isEqualTo(UNKNOWN);
        assertThat(call(Map.of(NEW, ACCEPTED, OLD, ACCEPTED))).isEqualTo(ACCEPTED);

        assertThat(tried).containsExactly(NEW, NEW);
        assertThat(secrets.usesPrevious()).isFalse();
    }

    @Test
    @Fault("O8")
    void aSecretThatIsNotAcceptedIsNotRemembered() {
        assertThat(call(Map.of(NEW, REFUSED, OLD, UNKNOWN))).isEqualTo(UNKNOWN);
        assertThat(call(Map.of(NEW, REFUSED, OLD, REFUSED))).isEqualTo(REFUSED);

        assertThat(tried).containsExactly(NEW, OLD, NEW, OLD);
        assertThat(secrets.usesPrevious()).isFalse();
    }

    @Test
    @Fault("O8")
    void aRefusalThatIsAnExceptionCountsLikeAnOutcome() {
        assertThat(secrets.callOrThrow(throwing(NEW, Problem.CLIENT_REJECTED))).isEqualTo(OLD);
        assertThat(secrets.usesPrevious()).isTrue();

        assertThatThrownBy(() -> secrets.callOrThrow(throwing(OLD, Problem.NETWORK)))
                .isInstanceOf(TokenException.class)
                .hasMessage("planned");
        assertThat(secrets.usesPrevious()).isTrue();
    }

    @Test
    @Fault("O8")
    void ifBothSecretsAreRefusedTheFirstRefusalIsThrown() {
        assertThatThrownBy(() -> secrets.callOrThrow(client -> {
                    throw TokenException.about(Problem.CLIENT_REJECTED)
                            .detail("call " + tried.size() + (tried.add(secret(client)) ? "" : "!"))
                            .build();
                }))
                .hasMessage("call 0");
        assertThat(tried).containsExactly(NEW, OLD);
        assertThat(secrets.usesPrevious()).isFalse();
    }

    @Test
    void aClientWithOneSecretMakesOneCall() {
        ClientSecrets single = new ClientSecrets(client(ClientRegistration.of("client-1", NEW)));

        assertThat(single.call(this::tried, outcome -> REFUSED)).isEqualTo(NEW);

        assertThat(tried).containsExactly(NEW);
        assertThat(single.isUnproven()).isFalse();
    }

    @Test
    @Fault("I8")
    void whichSecretWorksIsUnprovenUntilATokenRequestShowsIt() {
        assertThat(secrets.isUnproven()).isTrue();
        call(Map.of(NEW, ACCEPTED));
        assertThat(secrets.isUnproven())
                .as("a call that need not contain the secret")
                .isTrue();

        var unused = secrets.token(client -> refused(Kind.GRANT_DEAD, Problem.GRANT_DEAD));

        assertThat(secrets.isUnproven()).isFalse();
    }

    @Test
    @Fault("O8")
    void aSignatureIsTriedWithTheOtherSecretUntilTheResponseShowsWhichOneWorks() {
        Client before = secrets.client();
        assertThat(secrets.tryOther(before, NOW)).isTrue();
        Client trial = secrets.client();
        assertThat(secret(trial)).isEqualTo(OLD);
        assertThat(secrets.tryOther(before, NOW)).as("a concurrent request").isTrue();
        assertThat(secrets.client()).isEqualTo(trial);

        secrets.retried(before, true, NOW);
        secrets.retried(trial, true, NOW);

        assertThat(secrets.usesPrevious()).isTrue();
        assertThat(secrets.isUnproven()).isFalse();
    }

    @Test
    @Fault("O8")
    void aSignatureThatIsRefusedWithBothSecretsIsNotTriedAgainForAMinute() {
        Client before = secrets.client();
        assertThat(secrets.tryOther(before, NOW)).isTrue();

        secrets.retried(secrets.client(), false, NOW);

        assertThat(secrets.usesPrevious()).isFalse();
        assertThat(secrets.tryOther(before, NOW.plusSeconds(59))).isFalse();
        assertThat(secrets.tryOther(before, NOW.plusSeconds(60))).isTrue();
    }

    @Test
    void bothSecretsAreKnownToThoseThatHideThemInMessages() {
        call(Map.of(NEW, REFUSED, OLD, ACCEPTED));

        assertThat(secrets.client().credentials().clientSecret()).contains(Secret.of(OLD));
        assertThat(secrets.client().credentials().previousSecret()).contains(Secret.of(NEW));
    }

    @Test
    @Fault("I8")
    void anOutcomeShowsARefusalOfTheClientOnlyIfItSaysSo() {
        assertThat(ClientAcceptance.of(refused(Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)))
                .isEqualTo(REFUSED);
        assertThat(ClientAcceptance.of(refused(Kind.CLIENT_INVALID, Problem.ENDPOINT_MOVED)))
                .isEqualTo(UNKNOWN);
        assertThat(ClientAcceptance.of(refused(Kind.RATE_LIMITED, Problem.RATE_LIMITED)))
                .isEqualTo(UNKNOWN);
        assertThat(ClientAcceptance.of(new TokenOutcome.MaybeSent(
                        TokenVerdict.of(Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED, "a detail"))))
                .isEqualTo(UNKNOWN);
        assertThat(ClientAcceptance.of(new TokenOutcome.NotSent(Problem.CLIENT_REJECTED, "a detail")))
                .isEqualTo(UNKNOWN);
        assertThat(ClientAcceptance.of(Validation.failed(Verdict.UNKNOWN, Problem.CLIENT_REJECTED, "a detail")))
                .isEqualTo(REFUSED);
        assertThat(ClientAcceptance.of(Validation.failed(Verdict.UNKNOWN, Problem.NETWORK, "a detail")))
                .isEqualTo(UNKNOWN);
        assertThat(ClientAcceptance.of(new RevokeOutcome.Refused(Problem.CLIENT_REJECTED, "a detail")))
                .isEqualTo(REFUSED);
        assertThat(ClientAcceptance.of(new RevokeOutcome.Revoked(true))).isEqualTo(ACCEPTED);
        assertThat(ClientAcceptance.of(new UserLookupOutcome.Failed(Problem.CLIENT_REJECTED, "a detail")))
                .isEqualTo(REFUSED);
        assertThat(ClientAcceptance.of(new DerivationOutcome.Refused<>(
                        TokenVerdict.of(Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED, "a detail"))))
                .isEqualTo(REFUSED);
        assertThat(ClientAcceptance.of(new DerivationOutcome.Unanswered<>(Problem.NETWORK, "a detail")))
                .isEqualTo(UNKNOWN);
    }

    private ClientAcceptance call(Map<String, ClientAcceptance> provider) {
        return secrets.call(client -> provider.get(tried(client)), Function.identity());
    }

    private String tried(Client client) {
        tried.add(secret(client));
        return secret(client);
    }

    private static Function<Client, String> throwing(String refused, Problem problem) {
        return client -> {
            if (secret(client).equals(refused)) {
                throw TokenException.about(problem).detail("planned").build();
            }
            return secret(client);
        };
    }

    private static TokenOutcome refused(Kind kind, Problem problem) {
        return new TokenOutcome.Refused(TokenVerdict.of(kind, problem, "a detail"));
    }

    private static String secret(Client client) {
        return client.credentials().clientSecret().map(Secret::reveal).orElse("");
    }

    private static Client client(ClientRegistration registration) {
        return new Client(
                "acme",
                "acme",
                registration,
                ProviderProfile.builder(RefreshModel.ROTATING).build());
    }
}
