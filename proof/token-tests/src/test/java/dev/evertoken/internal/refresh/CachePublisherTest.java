package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.RequestSigning;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.Signature;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.TestTokens;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Publishing a record to the cache cell that callers read. */
class CachePublisherTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final CachePublisher publisher = engine.parts.publisher();
    private final Cell cell = engine.cell(ALICE);

    @Test
    void aTokenIsFreshUntilItIsDue() {
        TokenRecord record = engine.connect(ALICE);
        Instant due = record.lifetime().refreshAt().orElseThrow();
        engine.clock.advanceTo(due.minus(Duration.ofMinutes(2)));

        AccessToken token = publisher.publish(cell, record);

        assertThat(cell.fresh(due.toEpochMilli() - 1)).isEqualTo(token);
        assertThat(cell.fresh(due.toEpochMilli())).isNull();
        assertThat(cell.valid(due.toEpochMilli())).isEqualTo(token);
    }

    @Test
    void aTokenIsFreshNoLongerThanTheRecheckInterval() {
        AccessToken token = publisher.publish(cell, engine.connect(ALICE));

        long recheck = engine.time.now().plus(EngineFixture.RECHECK).toEpochMilli();
        assertThat(cell.fresh(recheck - 1)).isEqualTo(token);
        assertThat(cell.fresh(recheck)).isNull();
    }

    @Test
    void aDueTokenIsServedUntilTheNextCheck() {
        TokenRecord record = engine.connect(ALICE);
        engine.untilDue();
        Instant nextCheck = engine.time.now().plusSeconds(30);

        AccessToken token = publisher.serve(cell, record, engine.parts.mapper().tokens(record), nextCheck);

        assertThat(cell.fresh(nextCheck.toEpochMilli() - 1)).isEqualTo(token);
        assertThat(cell.fresh(nextCheck.toEpochMilli())).isNull();
    }

    @Test
    void aRememberedTokenIsValidAndNotFresh() {
        TokenRecord record = engine.connect(ALICE);

        publisher.remember(cell, record, engine.parts.mapper().tokens(record));

        assertThat(cell.fresh(engine.time.millis())).isNull();
        assertThat(cell.valid(engine.time.millis())).isNotNull();
    }

    @Test
    void aTokenFromTheFutureIsTrustedWithinTheClockSkew() {
        AccessToken token = publisher.publish(cell, engine.connect(ALICE));

        long earliest = engine.time.now().minus(EngineFixture.SKEW).toEpochMilli();
        assertThat(cell.fresh(earliest)).isEqualTo(token);
        assertThat(cell.fresh(earliest - 1)).isNull();
        assertThat(cell.valid(earliest)).isEqualTo(token);
        assertThat(cell.valid(earliest - 1)).isNull();
    }

    @Test
    void theTokenOfTheRecordIsPublished() {
        TokenSet tokens = engine.tokens();
        TokenRecord record = engine.store(
                engine.first(ALICE, tokens, Optional.empty(), GrantSource.ofConsent(engine.provider.profile())));

        AccessToken token = publisher.publish(cell, record);

        assertThat(token.value()).isEqualTo(tokens.accessToken().orElseThrow());
        assertThat(token.generation()).isEqualTo(1);
        assertThat(token.grantId()).isEqualTo("grant-alice");
        assertThat(token.expiresAt()).isEqualTo(tokens.expiresAt());
        assertThat(token.issuedAt()).isEqualTo(tokens.issuedAt());
        assertThat(token.scopes()).containsExactlyInAnyOrder("calendar", "mail");
        assertThat(token.tokenType()).isEqualTo("Bearer");
        assertThat(cell.tokenOf()).isEqualTo(TokenOf.USER);
    }

    @Test
    void aPublishedGenerationIsRestoredAfterAStoreRollback() {
        TokenRecord first = engine.connect(ALICE);
        TokenRecord second = engine.peerSaves(ALICE);
        publisher.publish(cell, second);
        engine.store(first);

        assertThat(engine.parts
                        .rollbackGuard()
                        .current(engine.attempt(ALICE), first)
                        .generation())
                .isEqualTo(2);
    }

    @Test
    void theAttributesForSigningAreKeptWithThePublishedToken() {
        Secret tokenSecret = Secret.of(TestTokens.clientSecret());
        TokenRecord record = engine.store(engine.first(
                ALICE,
                engine.tokens().toBuilder()
                        .attribute("token_secret", tokenSecret)
                        .build(),
                Optional.empty(),
                GrantSource.ofConsent(engine.provider.profile())));
        RequestSigning signing = new RequestSigning("google"::equals, engine.parts.exceptions(), engine.time);
        CachePublisher signed = new CachePublisher(
                engine.parts.mapper(),
                signing,
                engine.parts.rollbackGuard(),
                engine.time,
                EngineFixture.SKEW,
                EngineFixture.RECHECK,
                engine.parts.watch());
        RegisteredClient signer = new RegisteredClient(
                engine.client.client(),
                engine.provider,
                engine.client.refresher(),
                Optional.of((request, keys) -> {
                    assertThat(keys.attributes()).containsEntry("token_secret", tokenSecret);
                    return Signature.header(tokenSecret);
                }),
                Set.of(),
                engine.client.health());

        AccessToken token = signed.publish(cell, record);

        ApiRequest request = new ApiRequest("GET", URI.create("https://api.example/me"), Map.of(), Optional.empty());
        assertThat(signing.sign(ALICE, signer, token, request)).isEqualTo(Signature.header(tokenSecret));
    }

    @Test
    void aRecordThatCannotBeOpenedIsNotPublished() {
        TokenRecord record = engine.connect(ALICE);
        TokenRecord sealed = record.next()
                .secrets(new SecretPart.Envelope("gone", new byte[] {1}))
                .build(5, engine.time.now());

        TokenException refused = EngineFixture.failureOf(() -> publisher.publish(cell, sealed));

        assertThat(refused.problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(cell.valid(engine.time.millis())).isNull();
    }
}
