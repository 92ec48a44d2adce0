package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.TokenCache.Cell;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.SecretPart;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.ApiRequest;
import dev.evertoken.spi.DialectContext.TokenOf;
import dev.evertoken.spi.Signature;
import dev.evertoken.testing.TestTokens;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** From a record to the cell that callers read. */
class PublisherTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final Publisher publisher = bench.workshop.publisher();
    private final Cell cell = bench.cell(ALICE);

    @Test
    void aTokenIsFreshUntilItIsDue() {
        TokenRecord record = bench.connect(ALICE);
        Instant due = record.lifetime().refreshAt().orElseThrow();
        bench.clock.advanceTo(due.minus(Duration.ofMinutes(2)));

        AccessToken token = publisher.publish(cell, record);

        assertThat(cell.fresh(due.toEpochMilli() - 1)).isEqualTo(token);
        assertThat(cell.fresh(due.toEpochMilli())).isNull();
        assertThat(cell.valid(due.toEpochMilli())).isEqualTo(token);
    }

    @Test
    void aTokenIsBelievedNoLongerThanTheStoreMayBeLeftAlone() {
        AccessToken token = publisher.publish(cell, bench.connect(ALICE));

        long recheck = bench.time.now().plus(EngineBench.RECHECK).toEpochMilli();
        assertThat(cell.fresh(recheck - 1)).isEqualTo(token);
        assertThat(cell.fresh(recheck)).isNull();
    }

    @Test
    void aDueTokenIsServedUntilTheNextLook() {
        TokenRecord record = bench.connect(ALICE);
        bench.untilDue();
        Instant again = bench.time.now().plusSeconds(30);

        AccessToken token = publisher.serve(cell, record, again);

        assertThat(cell.fresh(again.toEpochMilli() - 1)).isEqualTo(token);
        assertThat(cell.fresh(again.toEpochMilli())).isNull();
    }

    @Test
    void aTokenThatIsOnlyRememberedIsValidAndNeverFresh() {
        publisher.remember(cell, bench.connect(ALICE));

        assertThat(cell.fresh(bench.time.millis())).isNull();
        assertThat(cell.valid(bench.time.millis())).isNotNull();
    }

    @Test
    void aTokenFromTheFutureIsTrustedAsFarAsClocksDiffer() {
        AccessToken token = publisher.publish(cell, bench.connect(ALICE));

        long earliest = bench.time.now().minus(EngineBench.SKEW).toEpochMilli();
        assertThat(cell.fresh(earliest)).isEqualTo(token);
        assertThat(cell.fresh(earliest - 1)).isNull();
        assertThat(cell.valid(earliest)).isEqualTo(token);
        assertThat(cell.valid(earliest - 1)).isNull();
    }

    @Test
    void whatIsPublishedIsTheRecordsToken() {
        TokenSet tokens = bench.tokens();
        TokenRecord record =
                bench.store(bench.first(ALICE, tokens, Optional.empty(), Descent.ofConsent(bench.provider.profile())));

        AccessToken token = publisher.publish(cell, record);

        assertThat(token.value()).isEqualTo(tokens.accessToken());
        assertThat(token.generation()).isEqualTo(1);
        assertThat(token.grantId()).isEqualTo("grant-alice");
        assertThat(token.expiresAt()).isEqualTo(tokens.expiresAt());
        assertThat(token.issuedAt()).isEqualTo(tokens.issuedAt());
        assertThat(token.scopes()).containsExactlyInAnyOrder("calendar", "mail");
        assertThat(token.tokenType()).isEqualTo("Bearer");
        assertThat(cell.tokenOf()).isEqualTo(TokenOf.USER);
    }

    @Test
    void whatWasPublishedIsRememberedAgainstAStoreThatGoesBack() {
        TokenRecord first = bench.connect(ALICE);
        TokenRecord second = bench.peerSaves(ALICE);
        publisher.publish(cell, second);
        bench.store(first);

        assertThat(bench.workshop.forgotten().current(bench.turn(ALICE), first).generation())
                .isEqualTo(2);
    }

    @Test
    void whatSigningNeedsOfTheTokensIsKeptForWhoeverHasTheToken() {
        Secret more = Secret.of(TestTokens.clientSecret());
        TokenRecord record = bench.store(bench.first(
                ALICE,
                bench.tokens().toBuilder().attribute("token_secret", more).build(),
                Optional.empty(),
                Descent.ofConsent(bench.provider.profile())));
        Signing signing = new Signing(Set.of("google"), bench.workshop.explain(), bench.time);
        Publisher signed = new Publisher(
                bench.workshop.records(),
                signing,
                bench.workshop.forgotten(),
                bench.time,
                EngineBench.SKEW,
                EngineBench.RECHECK);
        Registered signer = new Registered(
                bench.client.client(),
                bench.provider,
                bench.client.refresher(),
                Optional.of((request, keys) -> {
                    assertThat(keys.attributes()).containsEntry("token_secret", more);
                    return Signature.header(more);
                }),
                Set.of(),
                bench.client.health());

        AccessToken token = signed.publish(cell, record);

        ApiRequest request = new ApiRequest("GET", URI.create("https://api.example/me"), Map.of(), Optional.empty());
        assertThat(signing.sign(ALICE, signer, token, request)).isEqualTo(Signature.header(more));
    }

    @Test
    void whatCannotBeOpenedIsNotPublished() {
        TokenRecord record = bench.connect(ALICE);
        TokenRecord sealed = record.next()
                .secrets(new SecretPart.Envelope("gone", new byte[] {1}))
                .build(5, bench.time.now());

        TokenException refused = EngineBench.failureOf(() -> publisher.publish(cell, sealed));

        assertThat(refused.problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(cell.valid(bench.time.millis())).isNull();
    }
}
