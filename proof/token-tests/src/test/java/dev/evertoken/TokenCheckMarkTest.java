package dev.evertoken;

import static dev.evertoken.ConsentFixture.failure;
import static dev.evertoken.TokenCheckFixture.BETWEEN_REFUSALS;
import static dev.evertoken.TokenCheckFixture.DAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.Validation.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Accounts that are marked because their provider refused the token: the way back, and many accounts at once. */
class TokenCheckMarkTest {

    private static final TokenKey FAY = TokenKey.of("facebook", "fay");

    private final TokenCheckFixture fixture = new TokenCheckFixture();
    private final Tokens tokens = fixture.tokens;

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Marks a connected account. */
    private void marked(TokenKey key) {
        fixture.app.provider(key).revoke(key.account());
        fixture.call(key);
        fixture.app.later(BETWEEN_REFUSALS);
        assertThat(tokens.status(key).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    // ---- the way back

    @Test
    @Fault("O2")
    void aMarkedTokenIsCheckedOnceADayWhileItIsUsedAndOneThatWorksAgainLosesItsMark() throws InterruptedException {
        fixture.app.connect(tokens, FAY);
        AccessToken token = tokens.accessToken(FAY);
        marked(FAY);
        Instant since = fixture.app.clock.now();
        int checks = fixture.validations(FAY);

        fixture.app.later(DAY.minusSeconds(1));
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(FAY));
        assertThat(fixture.validations(FAY)).isEqualTo(checks);
        fixture.app.later(Duration.ofSeconds(3));
        for (int i = 0; i < 3; i++) {
            failure(Problem.GRANT_DEAD, () -> tokens.accessToken(FAY));
            fixture.app.later(Duration.ofHours(5));
        }
        assertThat(fixture.validations(FAY)).isEqualTo(checks + 1);
        assertThat(tokens.status(FAY).since()).isEqualTo(since);

        fixture.app.provider(FAY).reinstate("fay");
        fixture.app.later(DAY);
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(FAY));

        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(tokens.status(FAY).problem()).isEmpty();
        TokenEvent.Recovered event = fixture.app.event(TokenEvent.Recovered.class);
        assertThat(event.from()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(event.lasted()).isEqualTo(Duration.between(since, fixture.app.clock.now()));
        assertThat(tokens.accessToken(FAY).generation()).isEqualTo(token.generation());
        assertThat(fixture.call(FAY)).isEqualTo(200);
        assertThat(fixture.record(FAY).marks()).isEmpty();
    }

    @Test
    @Fault("O2")
    void aValidationThatSucceedsRemovesTheMark() {
        fixture.app.connect(tokens, FAY);
        marked(FAY);
        assertThat(tokens.validate(FAY).verdict()).isEqualTo(Verdict.REJECTED);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);

        fixture.app.provider(FAY).reinstate("fay");
        assertThat(tokens.validate(FAY).verdict()).isEqualTo(Verdict.VALID);

        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.call(FAY)).isEqualTo(200);
    }

    @Test
    @Fault("O2")
    void theUseOfAPageChecksTheMarkedTokenOfItsUser() {
        TokenKey shop = TokenKey.of("facebook", "shop");
        fixture.app.connect(tokens, FAY);
        tokens.connectDerived(shop, FAY, tokens.derivable(FAY).get(0).id());
        marked(FAY);
        fixture.app.provider(FAY).reinstate("fay");
        fixture.app.later(DAY);

        assertThat(fixture.rejectedCall(shop)).isEqualTo(400);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.call(shop)).isEqualTo(200);
        assertThat(tokens.status(shop).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void anAccountWithoutARefreshTokenIsNotRefreshableAgainAfterItsMarkIsRemoved() {
        TokenKey lin = TokenKey.of("linkedin", "lin");
        fixture.app.provider(lin).withoutRefreshTokens();
        fixture.app.connect(tokens, lin);
        fixture.app.later(Duration.ofHours(1));
        fixture.app.provider(lin).revoke("lin");
        fixture.call(lin);
        fixture.app.later(BETWEEN_REFUSALS);
        assertThat(tokens.status(lin).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);

        fixture.app.provider(lin).reinstate("lin");
        assertThat(tokens.validate(lin).verdict()).isEqualTo(Verdict.VALID);

        assertThat(tokens.status(lin).state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(tokens.status(lin).problem()).hasValue(Problem.NO_REFRESH_TOKEN);
    }

    @Test
    void aGrantThatTheTokenEndpointEndedIsNotCheckedAgain() {
        TokenKey ben = TokenKey.of("google", "ben");
        fixture.app.connect(tokens, ben);
        fixture.app.provider(ben).revoke("ben");
        fixture.app.later(Duration.ofMinutes(1));
        failure(Problem.GRANT_DEAD, () -> tokens.refresh(ben, "a test"));
        fixture.app.later(DAY.multipliedBy(2));
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(ben));

        assertThat(fixture.validations(ben)).isZero();
    }

    @Test
    @Fault("O2")
    void anotherProcessStopsUsingTheTokenAsSoonAsItReadsTheMark() {
        fixture.app.connect(tokens, FAY);
        Tokens other = fixture.process(builder -> builder.executor(Runnable::run));
        other.accessToken(FAY);
        marked(FAY);
        assertThat(other.accessToken(FAY)).as("cached").isNotNull();

        assertThat(fixture.call(TokenCheckFixture.client(other), FAY)).isEqualTo(400);

        failure(Problem.GRANT_DEAD, () -> other.accessToken(FAY));
        assertThat(other.status(FAY).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    // ---- many accounts

    private List<TokenKey> connected(int accounts) {
        List<TokenKey> keys = IntStream.range(0, accounts)
                .mapToObj(i -> TokenKey.of("facebook", "user-" + i))
                .toList();
        keys.forEach(key -> fixture.app.connect(tokens, key));
        keys.forEach(key -> fixture.app.provider(key).revoke(key.account()));
        return keys;
    }

    @Test
    @Fault("O2")
    void moreThanAHandfulOfAccountsAreNotMarkedAndReportedAsOneEventOfTheirClient() throws InterruptedException {
        List<TokenKey> keys = connected(8);
        keys.forEach(fixture::call);
        fixture.app.later(BETWEEN_REFUSALS);
        keys.forEach(fixture::call);
        fixture.app.later(BETWEEN_REFUSALS);

        assertThat(keys)
                .allSatisfy(key -> assertThat(tokens.status(key).state()).isEqualTo(ConnectionState.ACTIVE));
        TokenEvent.ManyTokensRefused event = fixture.app.event(TokenEvent.ManyTokensRefused.class);
        assertThat(event.key().registration()).isEqualTo("facebook");
        assertThat(event.accounts()).isEqualTo(6);
        assertThat(event.detail())
                .isEqualTo("the provider refused the tokens of 6 accounts of facebook within minutes, so no account is"
                        + " marked; check the client at the provider");
        assertThat(fixture.app.events)
                .noneMatch(TokenEvent.ManyTokensRefused.class::isInstance)
                .noneMatch(TokenEvent.ReauthorizationRequired.class::isInstance);
    }

    @Test
    @Fault("O2")
    void afterAnHourSuspectsAreCheckedAnewAndMarkedByTwoRefusals() {
        List<TokenKey> keys = connected(6);
        keys.forEach(fixture::call);
        TokenKey one = keys.get(0);
        int checks = fixture.validations(one);
        fixture.app.later(Duration.ofMinutes(59));
        fixture.call(one);
        assertThat(fixture.validations(one)).isEqualTo(checks);
        fixture.app.later(Duration.ofMinutes(1));

        fixture.call(one);
        assertThat(tokens.status(one).state()).isEqualTo(ConnectionState.ACTIVE);
        fixture.app.later(BETWEEN_REFUSALS);

        assertThat(tokens.status(one).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(fixture.validations(one)).isEqualTo(checks + 2);
    }

    @Test
    @Fault("O2")
    void accountsThatAreUsedTogetherOnceADayAreMarkedOnTheSecondDay() {
        List<TokenKey> keys = connected(6);
        keys.forEach(fixture::call);
        fixture.app.later(DAY);
        assertThat(keys)
                .allSatisfy(key -> assertThat(tokens.status(key).state()).isEqualTo(ConnectionState.ACTIVE));

        keys.forEach(fixture::call);

        assertThat(keys)
                .allSatisfy(key -> assertThat(tokens.status(key).state()).isEqualTo(ConnectionState.NEEDS_REAUTH));
    }

    @Test
    void aHandfulOfAccountsIsMarked() {
        List<TokenKey> keys = connected(5);
        keys.forEach(fixture::call);
        fixture.app.later(BETWEEN_REFUSALS);

        assertThat(keys)
                .allSatisfy(key -> assertThat(tokens.status(key).state()).isEqualTo(ConnectionState.NEEDS_REAUTH));
        assertThat(fixture.app.events).noneMatch(TokenEvent.ManyTokensRefused.class::isInstance);
    }
}
