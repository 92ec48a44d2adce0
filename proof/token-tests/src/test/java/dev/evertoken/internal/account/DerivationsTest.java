package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.Derivable;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.DerivationOutcome;
import dev.evertoken.spi.provider.DerivedAccount;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Listing and connecting accounts that are derived from another account's token. Alice is the parent. */
class DerivationsTest {

    private static final TokenKey PAGE = TokenKey.of("google", "page");
    private static final TokenKey SHOP = TokenKey.of("google", "shop");
    private static final TokenVerdict REFUSED =
            TokenVerdict.of(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "code 190");

    private final EngineFixture engine = EngineFixture.of(RefreshModel.STATIC);
    private final Pages pages = new Pages();
    private final Derivations derivations = new Derivations(
            engine.parts.mapper(),
            engine.parts.parents(),
            engine.parts.exceptions(),
            engine.time,
            engine.clients(),
            engine.cache,
            engine.callers(engine.flights(Runnable::run), Runnable::run),
            ConnectionsTest.connections(engine));

    @BeforeEach
    void connected() {
        engine.connect(ALICE);
        engine.provider.derivation = pages;
    }

    @Test
    void theAccountsThatCanBeDerivedFromAParentAreListed() {
        pages.lists(page("page-1", Optional.empty()), page("page-2", Optional.empty()));

        assertThat(derivations.list(ALICE)).extracting(Derivable::id).containsExactly("page-1", "page-2");
        assertThat(pages.calls).hasSize(1);
        assertThat(pages.calls.get(0).tokens().accessToken())
                .hasValue(engine.run(ALICE).value());
    }

    @Test
    void aPageIsConnectedWithItsDerivedToken() {
        pages.responses.add(new DerivationOutcome.Found<>(engine.accessTokenOnly()));

        AccountStatus status = derivations.connect(PAGE, ALICE, "page-1");

        assertThat(status.parent()).contains(ALICE);
        assertThat(status.subject()).contains("page-1");
        assertThat(engine.record(PAGE).refreshModel()).isEqualTo(RefreshModel.NON_EXPIRING);
        assertThat(pages.ids).containsExactly("page-1");
    }

    @Test
    void pagesAreConnectedFromOneListAndAFailureAffectsOnlyItsOwnPage() {
        TokenResponse listed = engine.accessTokenOnly();
        pages.lists(page("page-1", Optional.of(listed)), page("page-2", Optional.empty()));
        pages.responses.add(new DerivationOutcome.Unanswered<>(Problem.NETWORK, "no route"));
        Map<TokenKey, String> children = new LinkedHashMap<>();
        children.put(PAGE, "page-1");
        children.put(SHOP, "page-2");

        List<ConnectResult> results = derivations.connect(ALICE, children);

        assertThat(results).extracting(ConnectResult::key).containsExactly(PAGE, SHOP);
        assertThat(results)
                .extracting(ConnectResult::outcome)
                .containsExactly(ConnectResult.Outcome.CONNECTED, ConnectResult.Outcome.FAILED);
        assertThat(results.get(0).status().orElseThrow().key()).isEqualTo(PAGE);
        assertThat(results.get(1).problem().orElseThrow()).hasMessage("google/shop: no route");
        assertThat(pages.ids).as("only the page without a token in the list").containsExactly("page-2");
    }

    @Test
    void aParentMustBeAnotherAccountOfTheSameRegistration() {
        assertThatThrownBy(() -> derivations.connect(ALICE, ALICE, "page-1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the token of google/alice cannot be derived from that of google/alice: a parent is another"
                        + " account of the same registration");
        assertThatThrownBy(() -> derivations.connect(TokenKey.of("tube", "page"), ALICE, "page-1"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> derivations.connect(ALICE, Map.of(ALICE, "page-1")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- unusable responses

    @Test
    void theTokenOfAnotherPageIsNotStored() {
        pages.responses.add(new DerivationOutcome.Found<>(engine.accessTokenOnly().toBuilder()
                .subject(Optional.of("page-2"))
                .build()));

        TokenException mismatch = failure();

        assertThat(mismatch.problem()).isEqualTo(Problem.IDENTITY_MISMATCH);
        assertThat(mismatch).hasMessage("google/page: the provider returned the token of another account");
        assertThat(engine.stored(PAGE)).isEmpty();
    }

    @Test
    void aResponseWithTheIdOfThePageIsAccepted() {
        pages.responses.add(new DerivationOutcome.Found<>(engine.accessTokenOnly().toBuilder()
                .subject(Optional.of("page-1"))
                .build()));

        assertThat(derivations.connect(PAGE, ALICE, "page-1").subject()).contains("page-1");
    }

    @Test
    void aResponseWithoutAnAccessTokenIsRejected() {
        pages.responses.add(new DerivationOutcome.Found<>(engine.refreshTokenOnly()));

        assertThat(failure()).hasMessage("google/page: the provider responded without an access token");
    }

    @Test
    void aProviderWithoutDerivationIsReported() {
        engine.provider.derivation = null;

        assertThat(failure().problem()).isEqualTo(Problem.NOT_SUPPORTED);
        assertThat(failure()).hasMessage("google/page: provider scripted does not derive tokens of other accounts");
    }

    @Test
    void aDerivationThatThrowsIsReported() {
        pages.responses.add(null);

        assertThat(failure()).hasMessage("google/page: the derivation failed with java.lang.IllegalStateException");
    }

    @Test
    void aRefusalIsReportedWithItsReasonAndRetryTime() {
        Instant later = engine.time.now().plus(Duration.ofMinutes(3));
        pages.responses.add(new DerivationOutcome.Refused<>(
                TokenVerdict.of(TokenVerdict.Kind.RATE_LIMITED, Problem.RATE_LIMITED, "answered 429")
                        .until(later)));

        TokenException limited = failure();

        assertThat(limited).hasMessage("google/page: answered 429");
        assertThat(limited.retryAt()).contains(later);
        assertThat(engine.client.health().suspension(engine.time.now()))
                .as("the whole client pauses")
                .isPresent();
    }

    @Test
    void theProviderIsNotCalledWhileTheClientIsShut() {
        Instant until = engine.time.now().plusSeconds(30);
        engine.client.health().paused(until, Problem.RATE_LIMITED, "slow down", engine.time.now());

        TokenException refused = failure();

        assertThat(refused).hasMessage("google/page: slow down");
        assertThat(refused.retryAt()).contains(until);
        assertThat(pages.calls).isEmpty();
    }

    // ---- the parent's token

    @Test
    void aRejectedTokenOfTheParentIsReplacedOnce() {
        pages.responses.add(new DerivationOutcome.Refused<>(REFUSED));
        pages.responses.add(new DerivationOutcome.Found<>(engine.accessTokenOnly()));
        engine.provider.responses(new TokenOutcome.Issued(engine.accessTokenOnly()));

        assertThat(derivations.connect(PAGE, ALICE, "page-1").generation()).isEqualTo(1);
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
        assertThat(pages.calls.get(1).tokens().accessToken())
                .hasValue(engine.run(ALICE).value());
    }

    @Test
    void aSecondRejectedTokenOfTheParentIsReportedAsItsProblem() {
        pages.responses.add(new DerivationOutcome.Refused<>(REFUSED));
        pages.responses.add(new DerivationOutcome.Refused<>(REFUSED));
        engine.provider.responses(new TokenOutcome.Issued(engine.accessTokenOnly()));

        TokenException rejected = failure();

        assertThat(rejected.problem()).isEqualTo(Problem.API_REJECTS_TOKEN);
        assertThat(rejected)
                .hasMessage(
                        "google/page: its parent google/alice: the provider refused its token and then" + " a new one");
    }

    @Test
    void aParentThatIsNotConnectedIsReported() {
        engine.remove(ALICE);

        TokenException gone = failure();

        assertThat(gone.problem()).isEqualTo(Problem.PARENT_NOT_CONNECTED);
        assertThat(gone.parent()).contains(ALICE);
    }

    private TokenException failure() {
        return EngineFixture.failureOf(() -> derivations.connect(PAGE, ALICE, "page-1"));
    }

    private static DerivedAccount page(String id, Optional<TokenResponse> token) {
        return new DerivedAccount(new Derivable(id, Optional.of("A page"), Map.of(), true), token);
    }

    /** Returns the planned lists and tokens; a null response fails. Not thread-safe. */
    private static final class Pages implements Derivation {
        final List<DerivationOutcome<TokenResponse>> responses = new ArrayList<>();
        final List<HeldTokens> calls = new ArrayList<>();
        final List<String> ids = new ArrayList<>();
        private final Deque<List<DerivedAccount>> lists = new ArrayDeque<>();

        void lists(DerivedAccount... derived) {
            lists.add(List.of(derived));
        }

        @Override
        public DerivationOutcome<List<DerivedAccount>> list(HeldTokens held) {
            calls.add(held);
            return new DerivationOutcome.Found<>(lists.remove());
        }

        @Override
        public DerivationOutcome<TokenResponse> derive(HeldTokens held, String id) {
            calls.add(held);
            ids.add(id);
            DerivationOutcome<TokenResponse> response = responses.remove(0);
            if (response == null) {
                throw new IllegalStateException("planned by a test");
            }
            return response;
        }
    }
}
