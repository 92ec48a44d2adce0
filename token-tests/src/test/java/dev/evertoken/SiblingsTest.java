package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static dev.evertoken.SampleRecords.CAROL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.Endpoints;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.ProviderProfile.RevokeScope;
import dev.evertoken.spi.UnreadableRecordException.Reason;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who loses tokens when those of another account are revoked. */
class SiblingsTest {

    private static final TokenKey TUBE = TokenKey.of("tube", "alice");

    private EngineBench bench = of(RevokeScope.USER);

    @Test
    void theSameUserLosesAllTokensWhereAllOfAUsersAreRevoked() {
        TokenRecord alices = connect(ALICE, "user-1");
        connect(BOB, "user-1");
        connect(CAROL, "user-2");

        assertThat(of(alices)).containsExactly(BOB);
    }

    @Test
    void whereOneGrantIsRevokedTheUserDoesNotCount() {
        bench = of(RevokeScope.GRANT);
        TokenRecord alices = connect(ALICE, "user-1");
        connect(BOB, "user-1");

        assertThat(of(alices)).isEmpty();
    }

    @Test
    void usersWhoAreNotKnownAreNotTheSame() {
        TokenRecord alices = bench.connect(ALICE, Optional.empty());
        bench.connect(BOB, Optional.empty());

        assertThat(of(alices)).isEmpty();
    }

    @Test
    void theSameRefreshTokenIsTheSameGrantWhateverIsRevoked() {
        bench = of(RevokeScope.GRANT);
        TokenSet tokens = bench.tokens();
        TokenRecord alices = store(ALICE, tokens, "user-1");
        store(BOB, tokens, "user-2");

        assertThat(of(alices)).containsExactly(BOB);
    }

    @Test
    void accountsWithoutARefreshTokenShareNoGrant() {
        TokenSet bare = TokenSet.builder(bench.tokens().accessToken().reveal()).build();
        TokenRecord alices = store(ALICE, bare, "user-1");
        store(BOB, bare, "user-2");

        assertThat(of(alices)).isEmpty();
    }

    @Test
    void whatLivesOffAnAccountLosesItsTokensWithIt() {
        bench = of(RevokeScope.GRANT);
        TokenRecord alices = connect(ALICE, "user-1");
        bench.connectChild(BOB, ALICE);
        bench.connectChild(CAROL, BOB);

        assertThat(of(alices)).containsExactly(BOB);
    }

    @Test
    void whatCannotBeReadIsNotCounted() {
        TokenRecord alices = connect(ALICE, "user-1");
        connect(BOB, "user-1");
        connect(CAROL, "user-1");
        bench.shelf.spoil(BOB, Reason.CORRUPT);

        assertThat(of(alices)).containsExactly(CAROL);
    }

    @Test
    void accountsOfARegistrationThatIsNotKnownAreNotCounted() {
        TokenRecord alices = connect(ALICE, "user-1");
        connect(TUBE, "user-1");

        assertThat(of(alices)).isEmpty();
    }

    @Test
    void anotherProviderAtTheSameServerCounts() {
        TokenRecord alices = connect(ALICE, "user-1");
        connect(TUBE, "user-1");
        URI server = URI.create("https://accounts.example/revoke");
        URI elsewhere = URI.create("https://elsewhere.example/revoke");

        assertThat(siblings(Optional.of(server), Optional.of(server), alices)).containsExactly(TUBE);
        assertThat(siblings(Optional.of(server), Optional.of(elsewhere), alices))
                .isEmpty();
        assertThat(siblings(Optional.empty(), Optional.empty(), alices)).isEmpty();
        assertThat(siblings(Optional.of(server), Optional.empty(), alices)).isEmpty();
    }

    private Set<TokenKey> siblings(Optional<URI> googles, Optional<URI> tubes, TokenRecord record) {
        Registered google = registered("google", "google", googles);
        Registered tube = registered("tube", "tube", tubes);
        Clients clients = new Clients(Map.of("google", google, "tube", tube), bench.workshop.explain());
        return new Siblings(bench.workshop.store(), clients).of(record, google);
    }

    private Registered registered(String registration, String provider, Optional<URI> revocation) {
        Endpoints endpoints = revocation
                .map(address -> Endpoints.none().with(EndpointKind.REVOKE, address))
                .orElse(Endpoints.none());
        ProviderProfile profile = bench.provider.profile().withEndpoints(endpoints);
        return new Registered(
                new Client(registration, provider, ClientRegistration.ofPublic("a-client"), profile),
                new ScriptedProvider(provider, profile),
                bench.client.refresher(),
                Optional.empty(),
                Set.of(),
                bench.client.health());
    }

    private Set<TokenKey> of(TokenRecord record) {
        Clients clients = bench.clients();
        return new Siblings(bench.workshop.store(), clients).of(record, bench.client);
    }

    private TokenRecord connect(TokenKey key, String user) {
        return bench.connect(key, Optional.of(user));
    }

    private TokenRecord store(TokenKey key, TokenSet tokens, String user) {
        return bench.store(bench.first(key, tokens, Optional.of(user), Descent.ofConsent(bench.provider.profile())));
    }

    private static EngineBench of(RevokeScope scope) {
        return new EngineBench(
                ProviderProfile.builder(RefreshModel.STATIC).revokeScope(scope).build());
    }
}
