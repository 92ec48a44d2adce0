package dev.evertoken.internal.record;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.TestTokens;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tokens as records: their refresh token, the kind of their account, and the transfer from another store. */
class RecordMapperTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final RecordMapper mapper = engine.parts.mapper();

    @Test
    void theRefreshTokenOfARecordIsRecognizedWithoutOpeningIt() {
        TokenSet tokens = engine.tokens();
        TokenRecord record = engine.first(ALICE, tokens, Optional.empty(), ofConsent());

        assertThat(mapper.isRefreshTokenOf(record, tokens)).isTrue();
        assertThat(mapper.isRefreshTokenOf(record, engine.tokens())).isFalse();
    }

    @Test
    void noRefreshTokenIsRecognizedIfOneIsMissing() {
        TokenSet without = TokenSet.builder(TestTokens.access())
                .issuedAt(engine.time.now())
                .build();
        TokenRecord withToken = engine.first(ALICE, engine.tokens(), Optional.empty(), ofConsent());
        TokenRecord withoutToken = engine.first(ALICE, without, Optional.empty(), ofConsent());

        assertThat(mapper.isRefreshTokenOf(withToken, without)).isFalse();
        assertThat(mapper.isRefreshTokenOf(withoutToken, engine.tokens())).isFalse();
        assertThat(mapper.isRefreshTokenOf(withoutToken, without)).isFalse();
    }

    @Test
    void aTokenBelongsToAUserAPageOrTheApplication() {
        TokenRecord user = engine.connect(ALICE);
        TokenRecord page = engine.connectChild(BOB, ALICE);

        assertThat(RecordMapper.tokenOf(user)).isEqualTo(TokenOf.USER);
        assertThat(RecordMapper.tokenOf(page)).isEqualTo(TokenOf.PAGE);
        assertThat(RecordMapper.tokenOf(SampleRecords.of(RefreshModel.REISSUED)))
                .isEqualTo(TokenOf.APP);
    }

    @Test
    void aRecordFromAnotherStoreKeepsEverythingExceptItsClaimAndRevision() {
        TokenSet tokens = engine.tokens();
        TokenRecord source = engine.first(ALICE, tokens, Optional.of("subject-1"), ofConsent());
        TokenRecord claimed = source.next()
                .claim(dev.evertoken.testing.SampleRecords.claim())
                .build(source.revision(), source.updatedAt());

        TokenRecord target = mapper.broughtHere(claimed, tokens, engine.client.client());

        assertThat(target.claim()).isEmpty();
        assertThat(target.revision()).isNotEqualTo(source.revision()).isPositive();
        assertThat(target)
                .usingRecursiveComparison()
                .ignoringFields("revision", "secrets")
                .isEqualTo(source);
        assertThat(mapper.tokens(target)).isEqualTo(tokens);
    }

    @Test
    @Fault("N9")
    void aStoredTokenWithALineBreakIsReportedWithoutItsValue() {
        TokenSet broken = engine.tokens().toBuilder()
                .accessToken(Secret.of(TestTokens.access() + "\n"))
                .build();
        TokenRecord record = engine.first(ALICE, broken, Optional.empty(), ofConsent());

        TokenException failure = EngineFixture.failureOf(() -> mapper.tokens(record));

        assertThat(failure.problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(failure)
                .hasMessage(
                        "google/alice: the stored access token has characters that are invalid in a token, such as a"
                                + " line break; correct the stored value, or reconnect");
    }

    @Test
    @Fault("N9")
    void aResponseKeepsItsRefreshTokenIfItsAccessTokenHasALineBreak() {
        TokenResponse response = TokenResponse.builder(SampleRecords.NOW)
                .accessToken(Secret.of(TestTokens.access() + "\r\n"))
                .refreshToken(Secret.of(TestTokens.refresh()))
                .build();

        TokenResponse usable = RecordMapper.usable(response);

        assertThat(usable.accessToken()).isEmpty();
        assertThat(usable.accessTokenFault()).isPresent();
        assertThat(usable.refreshToken()).isEqualTo(response.refreshToken());
    }

    private GrantSource ofConsent() {
        return GrantSource.ofConsent(engine.provider.profile());
    }
}
