package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Derivable;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Accounts whose token comes from another account's, as pages' from their users'. */
class DerivedAccountsTest {

    private static final TokenKey PAGE = TokenKey.of("acme", "page");
    private static final TokenKey SHOP = TokenKey.of("acme", "shop");
    private static final String PAGE_ID = "p-1";
    private static final String SHOP_ID = "p-2";

    private final ManualClock clock = ManualClock.start();
    private final AuthorizationServer users = new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock);
    private final Pages pages = new Pages(users).page(PAGE_ID, "Anna's page").page(SHOP_ID, "Anna's shop");
    private final ProtocolFixture fixture = new ProtocolFixture(clock, users, pages, new InMemoryTokenStore(clock));
    private final Tokens tokens = fixture.process(builder ->
            builder.withoutJournal().reconnectUrl(key -> URI.create("https://app.example/reconnect/" + key.account())));

    @AfterEach
    void close() {
        fixture.close();
    }

    private void connect() {
        tokens.connect(ANNA, users.consent("anna"));
        tokens.connectDerived(PAGE, ANNA, PAGE_ID);
    }

    private TokenException refusal() {
        return failure(() -> tokens.replace(PAGE, tokens.accessToken(PAGE)));
    }

    // ---- connecting

    @Test
    void whatAUserHasIsListedAsTheProviderTellsIt() {
        tokens.connect(ANNA, users.consent("anna"));
        pages.lose(SHOP_ID);

        List<Derivable> all = tokens.derivable(ANNA);

        assertThat(all).extracting(Derivable::id).containsExactly(PAGE_ID, SHOP_ID);
        assertThat(all).extracting(Derivable::isTokenAvailable).containsExactly(true, false);
        assertThat(all.get(0).name()).contains("Anna's page");
        assertThat(all.get(0).details()).containsExactly(Map.entry("kind", "page"));
    }

    @Test
    void aPageIsAnAccountOfItsOwnThatNamesItsParent() {
        tokens.connect(ANNA, users.consent("anna"));

        AccountStatus status = tokens.connectDerived(PAGE, ANNA, PAGE_ID);

        assertThat(status.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status.parent()).contains(ANNA);
        assertThat(status.subject()).contains(PAGE_ID);
        assertThat(status.expiresAt()).isEmpty();
        assertThat(tokens.status(ANNA).parent()).isEmpty();
        clock.advance(Duration.ofDays(900));
        assertThat(tokens.accessToken(PAGE).generation()).isEqualTo(1);
        assertThat(pages.presented()).as("asked once, to connect").hasSize(1);
    }

    @Test
    void allPagesAreConnectedFromOneListAndABadRowStopsNoOther() {
        tokens.connect(ANNA, users.consent("anna"));
        Map<TokenKey, String> wanted = new LinkedHashMap<>();
        wanted.put(PAGE, PAGE_ID);
        wanted.put(TokenKey.of("acme", "nothing"), "p-9");
        wanted.put(SHOP, SHOP_ID);

        List<ConnectResult> results = tokens.connectDerived(ANNA, wanted);

        assertThat(results)
                .extracting(ConnectResult::outcome)
                .containsExactly(
                        ConnectResult.Outcome.CONNECTED, ConnectResult.Outcome.FAILED, ConnectResult.Outcome.CONNECTED);
        assertThat(results.get(1).problem().orElseThrow().problem()).isEqualTo(Problem.ACCOUNT_UNUSABLE);
        assertThat(pages.lists()).isEqualTo(1);
        assertThat(pages.presented()).as("only what the list did not give").hasSize(1);
        assertThat(fixture.record(SHOP).parent()).contains(ANNA);
    }

    @Test
    void aListWithoutTokensCostsAQuestionForEachPage() {
        tokens.connect(ANNA, users.consent("anna"));
        pages.hideTokens();

        assertThat(tokens.connectDerived(ANNA, Map.of(PAGE, PAGE_ID, SHOP, SHOP_ID)))
                .allMatch(row -> row.outcome() == ConnectResult.Outcome.CONNECTED);
        assertThat(pages.presented()).hasSize(2);
    }

    @Test
    void whatCannotBeDerivedIsRefusedAndNothingIsStored() {
        tokens.connect(ANNA, users.consent("anna"));

        assertThat(failure(() -> tokens.connectDerived(PAGE, ANNA, "p-9")).problem())
                .isEqualTo(Problem.ACCOUNT_UNUSABLE);
        assertThatThrownBy(() -> tokens.connectDerived(ANNA, ANNA, PAGE_ID))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the token of acme/anna cannot be derived from that of acme/anna: a parent is another"
                        + " account of the same registration");
        assertThatThrownBy(() -> tokens.connectDerived(TokenKey.of("other", "page"), ANNA, PAGE_ID))
                .isInstanceOf(IllegalArgumentException.class);
        TokenException stranger = failure(() -> tokens.connectDerived(PAGE, TokenKey.of("acme", "nobody"), PAGE_ID));
        assertThat(stranger.problem()).isEqualTo(Problem.PARENT_NOT_CONNECTED);
        assertThat(stranger.key()).contains(PAGE);
        assertThat(stranger.parent()).contains(TokenKey.of("acme", "nobody"));
        assertThat(fixture.store.load(PAGE)).isEmpty();
    }

    @Test
    void aResponseAboutAnotherPageIsNotStored() {
        tokens.connect(ANNA, users.consent("anna"));
        pages.next(pages.responsesAbout(SHOP_ID, clock.now()));

        assertThat(failure(() -> tokens.connectDerived(PAGE, ANNA, PAGE_ID)).problem())
                .isEqualTo(Problem.IDENTITY_MISMATCH);
        assertThat(fixture.store.load(PAGE)).isEmpty();
    }

    @Test
    void aPageIsNobodysParent() {
        connect();

        TokenException refused = failure(() -> tokens.connectDerived(SHOP, PAGE, SHOP_ID));

        assertThat(refused.problem()).isEqualTo(Problem.NOT_SUPPORTED);
        assertThat(refused).hasMessage("acme/shop: its parent acme/page: its own token comes from acme/anna");
    }

    @Test
    void aParentThatHasBecomeAChildIsRefusedWithoutWaitingForAnybody() {
        connect();
        TokenKey ben = TokenKey.of("acme", "ben");
        tokens.connect(ben, users.consent("ben"));
        tokens.connectDerived(ANNA, ben, SHOP_ID);

        assertThat(refusal().problem()).isEqualTo(Problem.NOT_SUPPORTED);
        assertThat(tokens.status(PAGE).detail()).contains("its own token comes from acme/ben");
    }

    @Test
    void aProviderWithoutPagesSaysSo() {
        ProtocolFixture plain = new ProtocolFixture(clock, users, new InMemoryTokenStore(clock));
        try {
            Tokens without = plain.process();
            without.connect(ANNA, users.consent("anna"));
            assertThat(failure(() -> without.derivable(ANNA)))
                    .hasMessage("acme/anna: provider acme does not derive tokens of other accounts");
        } finally {
            plain.close();
        }
    }

    // ---- deriving again

    @Test
    void aRefusedTokenIsDerivedAgainFromTheUsersLiveOne() throws InterruptedException {
        connect();
        AccessToken refused = tokens.accessToken(PAGE);

        AccessToken next = tokens.replace(PAGE, refused);

        assertThat(next.generation()).isEqualTo(2);
        assertThat(next.grantId()).isEqualTo(refused.grantId());
        assertThat(next.value()).isNotEqualTo(refused.value());
        assertThat(users.requests()).as("the user's token was fresh").isZero();
        assertThat(pages.presented()).containsOnly(tokens.accessToken(ANNA).value());
        assertThat(fixture.event(TokenEvent.Refreshed.class).key()).isEqualTo(PAGE);
        assertThat(fixture.record(PAGE).claim()).isEmpty();
    }

    @Test
    void theUsersTokenIsRefreshedFirstIfItHasEnded() {
        connect();
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));

        assertThat(tokens.replace(PAGE, tokens.accessToken(PAGE)).generation()).isEqualTo(2);

        assertThat(users.requests()).isEqualTo(1);
        assertThat(pages.presented().get(1)).isEqualTo(tokens.accessToken(ANNA).value());
        assertThat(fixture.record(ANNA).generation()).isEqualTo(2);
    }

    @Test
    void aTokenThatEndsIsDerivedAgainBeforeItDoes() {
        pages.expireAfter(Duration.ofHours(2));
        connect();
        assertThat(tokens.status(PAGE).refreshAt()).isPresent();
        clock.advance(Duration.ofHours(2).plusSeconds(1));

        AccessToken next = tokens.accessToken(PAGE);

        assertThat(next.generation()).isEqualTo(2);
        assertThat(next.expiresAt()).contains(clock.now().plus(Duration.ofHours(2)));
    }

    @Test
    void anOperatorMayHaveItDerivedAgain() {
        connect();
        clock.advance(Duration.ofMinutes(1));

        assertThat(tokens.refresh(PAGE, "the page was renamed").generation()).isEqualTo(2);
    }

    @Test
    void aUsersTokenThatIsNotAcceptedIsReplacedOnceAndThePageAskedForAgain() {
        connect();
        AccessToken stale = tokens.accessToken(ANNA);
        pages.refuse(stale.value());

        assertThat(tokens.replace(PAGE, tokens.accessToken(PAGE)).generation()).isEqualTo(2);

        assertThat(users.requests()).isEqualTo(1);
        assertThat(pages.presented().subList(1, 3))
                .containsExactly(stale.value(), tokens.accessToken(ANNA).value());
        assertThat(fixture.record(PAGE).claim()).isEmpty();
    }

    @Test
    void aUserWhoseTokensAreNeverAcceptedKillsNoPageAndIsNotAskedAgainAtOnce() {
        connect();
        pages.next(Pages.refuses(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD))
                .next(Pages.refuses(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD));

        TokenException refused = refusal();

        assertThat(refused.problem()).isEqualTo(Problem.API_REJECTS_TOKEN);
        assertThat(refused)
                .hasMessage("acme/page: its parent acme/anna: the provider refused its token and then a new one");
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(tokens.accessToken(PAGE).generation()).as("served on").isEqualTo(1);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        int asked = pages.presented().size();
        refusal();
        assertThat(pages.presented()).hasSize(asked);
    }

    @Test
    void aPageThatTheUserHasLostIsUnusableUntilItIsGivenBack() throws InterruptedException {
        connect();
        pages.lose(PAGE_ID);

        assertThat(refusal().problem()).isEqualTo(Problem.ACCOUNT_UNUSABLE);
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.ACCOUNT_UNUSABLE);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);

        pages.giveBack(PAGE_ID);
        clock.advance(Duration.ofHours(1));
        tokens.refresh(PAGE, "the user has rights again");
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.event(TokenEvent.Recovered.class).from()).isEqualTo(ConnectionState.ACCOUNT_UNUSABLE);
    }

    @Test
    void whatIsNotAnsweredIsRememberedAndTriedAgainLater() {
        connect();
        pages.next(Pages.silent());

        TokenException silent = refusal();
        assertThat(silent.problem()).isEqualTo(Problem.NETWORK);
        assertThat(silent.retryAt()).isPresent();
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.DEGRADED);

        clock.advance(Duration.ofMinutes(5));
        assertThat(tokens.replace(PAGE, tokens.accessToken(PAGE)).generation()).isEqualTo(2);
    }

    // ---- a parent in trouble

    @Test
    void aDeadParentIsNamedWithItsRemedyAndThePageIsHealedByItsReconnect() {
        connect();
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        users.revoke("anna");
        TokenRecord before = fixture.record(PAGE);

        TokenException dead = refusal();

        assertThat(dead.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(dead.remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(dead.key()).contains(PAGE);
        assertThat(dead.parent()).contains(ANNA);
        assertThat(dead.reconnectUrl()).contains(URI.create("https://app.example/reconnect/anna"));
        assertThat(dead.toJson()).contains("\"account\":\"page\"").contains("\"parent\":\"acme/anna\"");
        assertThat(fixture.record(PAGE)).as("nothing is written").isEqualTo(before);
        assertThat(tokens.accessToken(PAGE).generation()).as("served on").isEqualTo(1);

        AccountStatus status = tokens.status(PAGE);
        assertThat(status.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(status.problem()).contains(Problem.GRANT_DEAD);
        assertThat(status.detail()).startsWith("its parent acme/anna: ");
        assertThat(status.reconnectUrl()).contains(URI.create("https://app.example/reconnect/anna"));
        int requests = users.requests();
        refusal();
        assertThat(users.requests()).as("nobody calls for a dead parent").isEqualTo(requests);

        tokens.connect(ANNA, users.consent("anna"));
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(tokens.replace(PAGE, tokens.accessToken(PAGE)).generation()).isEqualTo(2);
    }

    @Test
    void aPageThatHasEndedAndHasADeadParentNeedsAConsentThere() {
        pages.expireAfter(Duration.ofHours(2));
        connect();
        users.revoke("anna");
        clock.advance(Duration.ofHours(3));

        TokenException dead = failure(() -> tokens.accessToken(PAGE));

        assertThat(dead.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(dead.parent()).contains(ANNA);
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        tokens.connect(ANNA, users.consent("anna"));
        assertThat(tokens.accessToken(PAGE).generation()).isEqualTo(2);
    }

    @Test
    void aDisconnectedParentLeavesThePageStoredAndSaysWhatHappened() {
        connect();
        assertThat(tokens.disconnect(ANNA)).isTrue();

        AccountStatus status = tokens.status(PAGE);
        assertThat(status.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(status.problem()).contains(Problem.PARENT_NOT_CONNECTED);
        assertThat(status.detail()).isEqualTo("its parent acme/anna: no tokens are stored for this account");
        assertThat(tokens.accessToken(PAGE).generation())
                .as("its token may still work")
                .isEqualTo(1);
        TokenException gone = refusal();
        assertThat(gone.problem()).isEqualTo(Problem.PARENT_NOT_CONNECTED);
        assertThat(gone).isNotInstanceOf(NotConnectedException.class);
        assertThat(gone.reconnectUrl()).contains(URI.create("https://app.example/reconnect/anna"));

        tokens.connect(ANNA, users.consent("anna"));
        assertThat(tokens.replace(PAGE, tokens.accessToken(PAGE)).generation()).isEqualTo(2);
    }

    @Test
    void aParentThatCannotBeReachedIsATransientProblemOfThePage() {
        connect();
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        users.next(AuthorizationServer.notSent());
        TokenRecord before = fixture.record(PAGE);

        TokenException unreachable = refusal();

        assertThat(unreachable.problem()).isEqualTo(Problem.NETWORK);
        assertThat(unreachable.parent()).contains(ANNA);
        assertThat(unreachable.retryAt()).isPresent();
        assertThat(fixture.record(PAGE)).isEqualTo(before);
        clock.advance(Duration.ofMinutes(5));
        assertThat(tokens.replace(PAGE, tokens.accessToken(PAGE)).generation()).isEqualTo(2);
    }

    @Test
    void aTokenThatIsDueIsServedWhileTheParentIsInTrouble() {
        pages.expireAfter(Duration.ofHours(4));
        connect();
        tokens.disconnect(ANNA);
        clock.advance(Duration.ofHours(4).minusMinutes(2));
        Tokens started = fixture.process();

        assertThat(started.accessToken(PAGE).generation()).isEqualTo(1);
    }

    // ---- revoking

    @Test
    void revokingAUserIsHeldBackForThePagesThatWouldLoseTheirTokens() {
        connect();

        Revocation held = tokens.revoke(ANNA);

        assertThat(held.outcome()).isEqualTo(Revocation.Outcome.NOT_ATTEMPTED);
        assertThat(held.affectedAccounts()).isEqualTo(Set.of(PAGE));
        assertThat(tokens.revokeWithAffectedAccounts(ANNA).outcome()).isEqualTo(Revocation.Outcome.REVOKED);
        assertThat(tokens.status(PAGE).problem()).contains(Problem.PARENT_NOT_CONNECTED);
    }

    @Test
    void revokingAPageDisconnectsItAndLeavesTheUserAlone() {
        connect();

        Revocation page = tokens.revoke(PAGE);

        assertThat(page.outcome()).isEqualTo(Revocation.Outcome.NOT_REVOKED);
        assertThat(page.disconnected()).isTrue();
        assertThat(page.problem()).contains(Problem.NOT_SUPPORTED);
        assertThat(page.detail())
                .isEqualTo("its token is derived from that of acme/anna and becomes"
                        + " invalid when that token is revoked");
        assertThat(fixture.store.load(PAGE)).isEmpty();
        assertThat(get(fixture.async(() -> tokens.accessToken(ANNA))).generation())
                .isEqualTo(1);
    }
}
