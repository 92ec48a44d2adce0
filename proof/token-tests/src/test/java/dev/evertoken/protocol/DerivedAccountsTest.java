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

/** Accounts whose token is derived from another account, such as a page from its user. */
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
    void thePagesOfAUserAreListedAsTheProviderReportsThem() {
        tokens.connect(ANNA, users.consent("anna"));
        pages.lose(SHOP_ID);

        List<Derivable> all = tokens.derivable(ANNA);

        assertThat(all).extracting(Derivable::id).containsExactly(PAGE_ID, SHOP_ID);
        assertThat(all).extracting(Derivable::isTokenAvailable).containsExactly(true, false);
        assertThat(all.get(0).name()).contains("Anna's page");
        assertThat(all.get(0).details()).containsExactly(Map.entry("kind", "page"));
    }

    @Test
    void aPageIsASeparateAccountThatNamesItsParent() {
        tokens.connect(ANNA, users.consent("anna"));

        AccountStatus status = tokens.connectDerived(PAGE, ANNA, PAGE_ID);

        assertThat(status.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status.parent()).contains(ANNA);
        assertThat(status.subject()).contains(PAGE_ID);
        assertThat(status.expiresAt()).isEmpty();
        assertThat(tokens.status(ANNA).parent()).isEmpty();
        clock.advance(Duration.ofDays(900));
        assertThat(tokens.accessToken(PAGE).generation()).isEqualTo(1);
        assertThat(pages.presented()).as("one request, to connect").hasSize(1);
    }

    @Test
    void allPagesAreConnectedFromOneListAndAFailedRowStopsNoOther() {
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
        assertThat(pages.presented())
                .as("only for the page that is not in the list")
                .hasSize(1);
        assertThat(fixture.record(SHOP).parent()).contains(ANNA);
    }

    @Test
    void aListWithoutTokensCausesOneRequestPerPage() {
        tokens.connect(ANNA, users.consent("anna"));
        pages.hideTokens();

        assertThat(tokens.connectDerived(ANNA, Map.of(PAGE, PAGE_ID, SHOP, SHOP_ID)))
                .allMatch(row -> row.outcome() == ConnectResult.Outcome.CONNECTED);
        assertThat(pages.presented()).hasSize(2);
    }

    @Test
    void anAccountThatCannotBeDerivedIsRefusedAndNotStored() {
        tokens.connect(ANNA, users.consent("anna"));

        assertThat(failure(() -> tokens.connectDerived(PAGE, ANNA, "p-9")).problem())
                .isEqualTo(Problem.ACCOUNT_UNUSABLE);
        assertThatThrownBy(() -> tokens.connectDerived(ANNA, ANNA, PAGE_ID))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the token of acme/anna cannot be derived from that of acme/anna: a parent is another"
                        + " account of the same registration");
        assertThatThrownBy(() -> tokens.connectDerived(TokenKey.of("other", "page"), ANNA, PAGE_ID))
                .isInstanceOf(IllegalArgumentException.class);
        TokenException unknown = failure(() -> tokens.connectDerived(PAGE, TokenKey.of("acme", "nobody"), PAGE_ID));
        assertThat(unknown.problem()).isEqualTo(Problem.PARENT_NOT_CONNECTED);
        assertThat(unknown.key()).contains(PAGE);
        assertThat(unknown.parent()).contains(TokenKey.of("acme", "nobody"));
        assertThat(fixture.store.load(PAGE)).isEmpty();
    }

    @Test
    void aResponseForAnotherPageIsNotStored() {
        tokens.connect(ANNA, users.consent("anna"));
        pages.next(pages.responsesAbout(SHOP_ID, clock.now()));

        assertThat(failure(() -> tokens.connectDerived(PAGE, ANNA, PAGE_ID)).problem())
                .isEqualTo(Problem.IDENTITY_MISMATCH);
        assertThat(fixture.store.load(PAGE)).isEmpty();
    }

    @Test
    void aPageCannotBeAParent() {
        connect();

        TokenException refused = failure(() -> tokens.connectDerived(SHOP, PAGE, SHOP_ID));

        assertThat(refused.problem()).isEqualTo(Problem.NOT_SUPPORTED);
        assertThat(refused).hasMessage("acme/shop: its parent acme/page: its own token comes from acme/anna");
    }

    @Test
    void aParentThatHasBecomeADerivedAccountIsRefusedWithoutWaiting() {
        connect();
        TokenKey ben = TokenKey.of("acme", "ben");
        tokens.connect(ben, users.consent("ben"));
        tokens.connectDerived(ANNA, ben, SHOP_ID);

        assertThat(refusal().problem()).isEqualTo(Problem.NOT_SUPPORTED);
        assertThat(tokens.status(PAGE).detail()).contains("its own token comes from acme/ben");
    }

    @Test
    void aProviderWithoutDerivationIsReported() {
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
    void aRefusedTokenIsDerivedAgainFromTheValidUserToken() throws InterruptedException {
        connect();
        AccessToken refused = tokens.accessToken(PAGE);

        AccessToken next = tokens.replace(PAGE, refused);

        assertThat(next.generation()).isEqualTo(2);
        assertThat(next.grantId()).isEqualTo(refused.grantId());
        assertThat(next.value()).isNotEqualTo(refused.value());
        assertThat(users.requests()).as("the user token was fresh").isZero();
        assertThat(pages.presented()).containsOnly(tokens.accessToken(ANNA).value());
        assertThat(fixture.event(TokenEvent.Refreshed.class).key()).isEqualTo(PAGE);
        assertThat(fixture.record(PAGE).claim()).isEmpty();
    }

    @Test
    void anExpiredUserTokenIsRefreshedFirst() {
        connect();
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));

        assertThat(tokens.replace(PAGE, tokens.accessToken(PAGE)).generation()).isEqualTo(2);

        assertThat(users.requests()).isEqualTo(1);
        assertThat(pages.presented().get(1)).isEqualTo(tokens.accessToken(ANNA).value());
        assertThat(fixture.record(ANNA).generation()).isEqualTo(2);
    }

    @Test
    void anExpiredPageTokenIsDerivedAgain() {
        pages.expireAfter(Duration.ofHours(2));
        connect();
        assertThat(tokens.status(PAGE).refreshAt()).isPresent();
        clock.advance(Duration.ofHours(2).plusSeconds(1));

        AccessToken next = tokens.accessToken(PAGE);

        assertThat(next.generation()).isEqualTo(2);
        assertThat(next.expiresAt()).contains(clock.now().plus(Duration.ofHours(2)));
    }

    @Test
    void anOperatorCanForceANewDerivation() {
        connect();
        clock.advance(Duration.ofMinutes(1));

        assertThat(tokens.refresh(PAGE, "the page was renamed").generation()).isEqualTo(2);
    }

    @Test
    void aRejectedUserTokenIsReplacedOnceAndThePageIsDerivedAgain() {
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
    void aUserWhoseTokensAreAlwaysRejectedEndsNoPageAndIsNotRetriedAtOnce() {
        connect();
        pages.next(Pages.refuses(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD))
                .next(Pages.refuses(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD));

        TokenException refused = refusal();

        assertThat(refused.problem()).isEqualTo(Problem.API_REJECTS_TOKEN);
        assertThat(refused)
                .hasMessage("acme/page: its parent acme/anna: the provider refused its token and then a new one");
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(tokens.accessToken(PAGE).generation()).as("still served").isEqualTo(1);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        int before = pages.presented().size();
        refusal();
        assertThat(pages.presented()).hasSize(before);
    }

    @Test
    void aPageWithoutUserRightsIsUnusableUntilTheRightsAreRestored() throws InterruptedException {
        connect();
        pages.lose(PAGE_ID);

        assertThat(refusal().problem()).isEqualTo(Problem.ACCOUNT_UNUSABLE);
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.ACCOUNT_UNUSABLE);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);

        pages.restore(PAGE_ID);
        clock.advance(Duration.ofHours(1));
        tokens.refresh(PAGE, "the user has rights again");
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.event(TokenEvent.Recovered.class).from()).isEqualTo(ConnectionState.ACCOUNT_UNUSABLE);
    }

    @Test
    void aDerivationWithoutAResponseIsRecordedAndTriedAgainLater() {
        connect();
        pages.next(Pages.unanswered());

        TokenException unanswered = refusal();
        assertThat(unanswered.problem()).isEqualTo(Problem.NETWORK);
        assertThat(unanswered.retryAt()).isPresent();
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.DEGRADED);

        clock.advance(Duration.ofMinutes(5));
        assertThat(tokens.replace(PAGE, tokens.accessToken(PAGE)).generation()).isEqualTo(2);
    }

    // ---- problems of a parent

    @Test
    void aRevokedParentIsReportedWithItsRemedyAndItsReconnectRepairsThePage() {
        connect();
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
        users.revoke("anna");
        TokenRecord before = fixture.record(PAGE);

        TokenException revoked = refusal();

        assertThat(revoked.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(revoked.remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(revoked.key()).contains(PAGE);
        assertThat(revoked.parent()).contains(ANNA);
        assertThat(revoked.reconnectUrl()).contains(URI.create("https://app.example/reconnect/anna"));
        assertThat(revoked.toJson()).contains("\"account\":\"page\"").contains("\"parent\":\"acme/anna\"");
        assertThat(fixture.record(PAGE)).as("nothing is written").isEqualTo(before);
        assertThat(tokens.accessToken(PAGE).generation()).as("still served").isEqualTo(1);

        AccountStatus status = tokens.status(PAGE);
        assertThat(status.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(status.problem()).contains(Problem.GRANT_DEAD);
        assertThat(status.detail()).startsWith("its parent acme/anna: ");
        assertThat(status.reconnectUrl()).contains(URI.create("https://app.example/reconnect/anna"));
        int requests = users.requests();
        refusal();
        assertThat(users.requests()).as("a revoked parent causes no request").isEqualTo(requests);

        tokens.connect(ANNA, users.consent("anna"));
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(tokens.replace(PAGE, tokens.accessToken(PAGE)).generation()).isEqualTo(2);
    }

    @Test
    void anExpiredPageWithARevokedParentNeedsANewConsentOfTheParent() {
        pages.expireAfter(Duration.ofHours(2));
        connect();
        users.revoke("anna");
        clock.advance(Duration.ofHours(3));

        TokenException revoked = failure(() -> tokens.accessToken(PAGE));

        assertThat(revoked.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(revoked.parent()).contains(ANNA);
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        tokens.connect(ANNA, users.consent("anna"));
        assertThat(tokens.accessToken(PAGE).generation()).isEqualTo(2);
    }

    @Test
    void aDisconnectedParentLeavesThePageStoredAndIsReported() {
        connect();
        assertThat(tokens.disconnect(ANNA)).isTrue();

        AccountStatus status = tokens.status(PAGE);
        assertThat(status.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(status.problem()).contains(Problem.PARENT_NOT_CONNECTED);
        assertThat(status.detail())
                .startsWith("its parent acme/anna: no tokens are stored for this account; ask its user");
        assertThat(tokens.accessToken(PAGE).generation())
                .as("its token may still work")
                .isEqualTo(1);
        TokenException disconnected = refusal();
        assertThat(disconnected.problem()).isEqualTo(Problem.PARENT_NOT_CONNECTED);
        assertThat(disconnected).isNotInstanceOf(NotConnectedException.class);
        assertThat(disconnected.reconnectUrl()).contains(URI.create("https://app.example/reconnect/anna"));

        tokens.connect(ANNA, users.consent("anna"));
        assertThat(tokens.replace(PAGE, tokens.accessToken(PAGE)).generation()).isEqualTo(2);
    }

    @Test
    void aParentThatCannotBeRefreshedIsATransientProblemOfThePage() {
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
    void aTokenThatIsDueIsServedWhileTheParentIsDisconnected() {
        pages.expireAfter(Duration.ofHours(4));
        connect();
        tokens.disconnect(ANNA);
        clock.advance(Duration.ofHours(4).minusMinutes(2));
        Tokens started = fixture.process();

        assertThat(started.accessToken(PAGE).generation()).isEqualTo(1);
    }

    // ---- revoking

    @Test
    void revokingAUserIsNotAttemptedIfPagesWouldLoseTheirTokens() {
        connect();

        Revocation held = tokens.revoke(ANNA);

        assertThat(held.outcome()).isEqualTo(Revocation.Outcome.NOT_ATTEMPTED);
        assertThat(held.affectedAccounts()).isEqualTo(Set.of(PAGE));
        assertThat(tokens.revokeWithAffectedAccounts(ANNA).outcome()).isEqualTo(Revocation.Outcome.REVOKED);
        assertThat(tokens.status(PAGE).problem()).contains(Problem.PARENT_NOT_CONNECTED);
    }

    @Test
    void revokingAPageDisconnectsItAndDoesNotAffectTheUser() {
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
