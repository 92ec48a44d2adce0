package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.ReauthorizationRequiredException;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Refusals of the provider, the failures kept in the record, and the exceptions that callers get. */
class FailuresTest {

    private static final URI RECONNECT = URI.create("https://app.example/reconnect");

    private final ManualClock clock = ManualClock.start();
    private ProtocolFixture fixture = newFixture(ProviderProfile.builder(RefreshModel.STATIC));

    private ProtocolFixture newFixture(ProviderProfile.Builder profile) {
        return new ProtocolFixture(
                clock, new AuthorizationServer(profile, Reuse.SOFT, clock), new InMemoryTokenStore(clock));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("D1")
    void aRevokedGrantIsMarkedOnceKeptForDiagnosisAndNeverRefreshedAgain() throws InterruptedException {
        Tokens tokens = fixture.process(builder -> builder.withoutJournal().reconnectUrl(key -> RECONNECT));
        fixture.connectExpired(tokens);
        fixture.server.revoke("anna");
        TokenException revoked = failure(tokens);
        assertThat(revoked).isInstanceOf(ReauthorizationRequiredException.class);
        assertThat(revoked.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(revoked.remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(revoked.reconnectUrl()).contains(RECONNECT);
        assertThat(revoked).hasMessageContaining("acme/anna").hasMessageContaining("invalid_grant");
        assertThat(fixture.event(TokenEvent.ReauthorizationRequired.class).key())
                .isEqualTo(ANNA);
        for (int minute = 0; minute < 14; minute++) {
            clock.advance(Duration.ofMinutes(1));
            assertThat(failure(tokens).problem()).isEqualTo(Problem.GRANT_DEAD);
        }
        assertThat(fixture.server.requests()).isEqualTo(1);
        assertThat(fixture.events).noneMatch(event -> event instanceof TokenEvent.ReauthorizationRequired);
        assertThat(fixture.record(ANNA).refreshTokenFingerprint())
                .as("credentials are kept")
                .isPresent();
        AccountStatus status = tokens.status(ANNA);
        assertThat(status.state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(status.reconnectUrl()).contains(RECONNECT);
        tokens.connect(ANNA, fixture.server.consent("anna"));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    @Fault("D9")
    void aFailedEarlyRefreshNeverDisplacesAValidToken() {
        Tokens tokens = fixture.process(builder -> builder.withoutJournal().executor(Runnable::run));
        tokens.connect(ANNA, fixture.server.consent("anna"));
        AccessToken valid = tokens.accessToken(ANNA);
        clock.advance(LIFETIME.minusMinutes(2));
        for (int i = 0; i < 10; i++) {
            fixture.server.next(AuthorizationServer.refuses(Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE));
            assertThat(tokens.accessToken(ANNA)).isEqualTo(valid);
        }
        assertThat(fixture.server.requests())
                .as("scripted refusals do not reach the server")
                .isZero();
        assertThat(fixture.record(ANNA).failures().count())
                .as("the gate allows one attempt")
                .isEqualTo(1);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.DEGRADED);
        clock.advance(Duration.ofMinutes(2));
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.STALLED);
    }

    @Test
    @Fault({"D13", "D14"})
    void anAccountThatFailsForADayAndAHalfIsStalledStillRetriedAndReportsItsRecovery() throws InterruptedException {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        Instant began = clock.now();
        int attempts = 0;
        while (Duration.between(began, clock.now()).compareTo(Duration.ofHours(36)) < 0) {
            fixture.server.next(AuthorizationServer.refuses(Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE));
            TokenException failure = failure(tokens);
            assertThat(failure.remedy()).isEqualTo(Remedy.RETRY);
            attempts++;
            Instant next = failure.retryAt().orElseThrow();
            assertThat(Duration.between(clock.now(), next)).isBetween(Duration.ofMillis(1), Duration.ofMinutes(10));
            clock.advanceTo(next);
        }
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.STALLED);
        assertThat(attempts).as("at least every ten minutes, backing off").isBetween(36 * 6, 36 * 14);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        TokenEvent.Recovered recovered = fixture.event(TokenEvent.Recovered.class);
        assertThat(recovered.from()).isEqualTo(ConnectionState.STALLED);
        assertThat(recovered.lasted()).isGreaterThan(Duration.ofHours(35));
        assertThat(fixture.record(ANNA).failures().count()).isZero();
    }

    @Test
    @Fault("D5")
    void wrongClientCredentialsBlockTheClientForAllItsAccountsAndMarkNone() {
        Tokens tokens = fixture.process();
        List<TokenKey> keys = IntStream.range(0, 200)
                .mapToObj(i -> TokenKey.of("acme", "user-" + i))
                .toList();
        keys.forEach(key -> tokens.connect(key, fixture.server.consent(key.account())));
        clock.advance(LIFETIME.plusSeconds(1));
        keys.forEach(
                key -> fixture.server.next(AuthorizationServer.refuses(Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)));
        for (TokenKey key : keys) {
            TokenException refused = failure(() -> tokens.accessToken(key));
            assertThat(refused.problem()).isEqualTo(Problem.CLIENT_REJECTED);
            assertThat(refused.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        }
        assertThat(fixture.events.stream().filter(event -> event instanceof TokenEvent.RefreshFailed))
                .as("one account reports it for all")
                .hasSize(1);
        assertThat(keys).allSatisfy(key -> {
            assertThat(fixture.record(key).health().state()).isEqualTo(ConnectionState.ACTIVE);
            assertThat(fixture.record(key).failures().count()).isZero();
        });
    }

    @Test
    @Fault("D7")
    void aRetryAfterTimeIsRespectedByAllAccountsOfTheClient() {
        Tokens tokens = fixture.process();
        TokenKey ben = TokenKey.of("acme", "ben");
        tokens.connect(ben, fixture.server.consent("ben"));
        fixture.connectExpired(tokens);
        Instant retryAfter = clock.now().plusSeconds(90);
        fixture.server.next((request, honest) -> new TokenOutcome.Refused(
                TokenVerdict.of(Kind.RATE_LIMITED, Problem.RATE_LIMITED, "token endpoint answered 429")
                        .until(retryAfter)));
        TokenException limited = failure(tokens);
        assertThat(limited.remedy()).isEqualTo(Remedy.WAIT);
        assertThat(limited.retryAt()).hasValueSatisfying(at -> assertThat(at).isAfterOrEqualTo(retryAfter));
        assertThat(failure(() -> tokens.accessToken(ben)).problem()).isEqualTo(Problem.RATE_LIMITED);
        assertThat(fixture.server.requests()).isZero();
        clock.advanceTo(limited.retryAt().orElseThrow());
        assertThat(tokens.accessToken(ben).generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("D12")
    void anUnknownRefusalIsCountedAndNeverMistakenForARevokedGrant() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        for (int i = 1; i <= 12; i++) {
            fixture.server.next(AuthorizationServer.refuses(Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE));
            TokenException unknown = failure(tokens);
            assertThat(unknown.problem()).isEqualTo(Problem.UNRECOGNIZED_RESPONSE);
            assertThat(fixture.record(ANNA).failures().count()).isEqualTo(i);
            clock.advanceTo(unknown.retryAt().orElseThrow());
        }
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.STALLED);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("C24")
    void aRefreshRefusedAsTooEarlyIsNotRetriedUntilThenAndTheTokenIsServed() {
        Tokens tokens = fixture.process(builder -> builder.withoutJournal().executor(Runnable::run));
        tokens.connect(ANNA, fixture.server.consent("anna"));
        AccessToken valid = tokens.accessToken(ANNA);
        clock.advance(LIFETIME.minusMinutes(4));
        Instant earliest = clock.now().plusSeconds(150);
        fixture.server.next((request, honest) -> new TokenOutcome.Refused(
                TokenVerdict.of(Kind.NOT_YET, Problem.NOT_YET, "too early").until(earliest)));
        assertThat(tokens.accessToken(ANNA)).isEqualTo(valid);
        clock.advance(Duration.ofSeconds(149));
        assertThat(tokens.accessToken(ANNA)).isEqualTo(valid);
        assertThat(fixture.server.requests()).isZero();
        assertThat(fixture.record(ANNA).failures().count()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(tokens.accessToken(ANNA)).isEqualTo(valid);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("D17")
    void anAccountWithoutARefreshTokenReportsItsExpiryFromTheStart() {
        Tokens tokens = fixture.process();
        Instant end = clock.now().plus(LIFETIME);
        AccountStatus status = tokens.connect(
                ANNA, TokenSet.builder(TestTokens.access()).expiresAt(end).build());
        assertThat(status.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(status.reconnectBy()).contains(end);
        assertThat(status.remedy()).contains(Remedy.RECONNECT);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
        clock.advance(LIFETIME);
        assertThat(failure(tokens).problem()).isEqualTo(Problem.NO_REFRESH_TOKEN);
        assertThat(fixture.server.requests()).isZero();
    }

    @Test
    @Fault("C17")
    void aResponseWithAnotherUsersTokensIsNotStored() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        fixture.server.next((request, honest) -> responseOf("user-1"));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        clock.advance(LIFETIME.plusSeconds(1));
        fixture.server.next((request, honest) -> responseOf("user-2"));
        TokenException mixedUp = failure(tokens);
        assertThat(mixedUp.problem()).isEqualTo(Problem.IDENTITY_MISMATCH);
        assertThat(mixedUp.remedy()).isEqualTo(Remedy.CONTACT_SUPPORT);
        assertThat(fixture.record(ANNA).generation()).isEqualTo(2);
        assertThat(fixture.record(ANNA).subject()).contains("user-1");
    }

    @Test
    @Fault("C16")
    void narrowerScopesAreSavedAndReported() throws InterruptedException {
        Tokens tokens = fixture.process();
        tokens.connect(
                ANNA,
                fixture.server.consent("anna").toBuilder()
                        .scopes("read", "write")
                        .build());
        clock.advance(LIFETIME.plusSeconds(1));
        fixture.server.next((request, honest) -> new TokenOutcome.Issued(
                response(Optional.of(Secret.of(TestTokens.access())), Optional.of(Set.of("read")), Optional.empty())));
        tokens.accessToken(ANNA);
        assertThat(fixture.event(TokenEvent.ScopeReduced.class).lost()).containsExactly("write");
        assertThat(tokens.status(ANNA).grantedScopes()).containsExactly("read");
    }

    @Test
    @Fault("C5")
    void aResponseWithOnlyARefreshTokenIsSavedFirstAndFollowedByAnotherCall() {
        fixture.close();
        fixture = newFixture(ProviderProfile.builder(RefreshModel.ROTATING));
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        fixture.server.next((request, honest) -> withoutAccessToken(honest.get()));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(3);
        assertThat(fixture.server.requests()).isEqualTo(2);
        assertThat(fixture.server.secondPresentations()).isZero();
    }

    @Test
    @Fault("C5")
    void aProviderThatNeverReturnsAnAccessTokenIsCalledAtMostAsOftenAsTheGateAllows() {
        fixture.close();
        fixture = newFixture(ProviderProfile.builder(RefreshModel.ROTATING));
        Tokens tokens = fixture.process(builder -> builder.withoutJournal().executor(Runnable::run));
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(4));
        for (int i = 0; i < 100; i++) {
            fixture.server.next((request, honest) -> withoutAccessToken(honest.get()));
        }
        for (int second = 0; second < 200; second++) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(tokens.accessToken(ANNA).value()).isNotNull();
        }
        assertThat(fixture.server.requests()).as("backing off").isBetween(3, 12);
        assertThat(fixture.server.secondPresentations())
                .as("its refresh tokens are kept")
                .isZero();
    }

    private static TokenOutcome withoutAccessToken(TokenOutcome outcome) {
        TokenResponse response = ((TokenOutcome.Issued) outcome).response();
        return new TokenOutcome.Issued(TokenResponse.builder(response.issuedAt())
                .refreshToken(response.refreshToken())
                .build());
    }

    @Test
    @Fault("I6")
    void aCopiedStoreIsDetectedAndNothingIsRefreshed() {
        Tokens production = fixture.process();
        fixture.connectExpired(production);
        Tokens staging = fixture.process(builder -> builder.withoutJournal().environment("staging"));
        TokenException foreign = failure(staging);
        assertThat(foreign.problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(foreign.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(failure(() -> staging.connect(ANNA, fixture.server.consent("anna")))
                        .problem())
                .isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(failure(() -> staging.disconnect(ANNA)).problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(fixture.server.requests()).isZero();
        assertThat(production.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    void anAccountThatIsNotConnectedIsReportedAsSuch() {
        Tokens tokens = fixture.process();
        TokenException missing = failure(tokens);
        assertThat(missing.problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(failure(() -> tokens.status(ANNA)).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(tokens.disconnect(ANNA)).isFalse();
        TokenException unknown = failure(() -> tokens.accessToken(TokenKey.of("acmee", "anna")));
        assertThat(unknown.problem()).isEqualTo(Problem.UNKNOWN_REGISTRATION);
        assertThat(unknown).hasMessageContaining("acmee").hasMessageContaining("[acme]");
    }

    @Test
    void theEarlyRefreshRunsInTheBackgroundWhenItIsDue() {
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        AccessToken first = tokens.accessToken(ANNA);
        clock.advance(LIFETIME.minusMinutes(1));
        assertThat(tokens.accessToken(ANNA)).isEqualTo(first);
        until(() -> tokens.accessToken(ANNA).generation() == 2);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    private TokenOutcome responseOf(String subject) {
        return new TokenOutcome.Issued(
                response(Optional.of(Secret.of(TestTokens.access())), Optional.empty(), Optional.of(subject)));
    }

    private TokenResponse response(
            Optional<Secret> accessToken, Optional<Set<String>> scopes, Optional<String> subject) {
        return TokenResponse.builder(clock.now())
                .accessToken(accessToken)
                .expiresAt(clock.now().plus(LIFETIME))
                .scopes(scopes)
                .subject(subject)
                .build();
    }
}
