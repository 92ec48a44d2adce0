package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.internal.record.SampleRecords.CAROL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.internal.refresh.ScriptedProvider;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Accounts that lose their tokens when those of another account are revoked. */
class AffectedAccountsTest {

    private static final TokenKey TUBE = TokenKey.of("tube", "alice");

    private EngineFixture engine = of(RevokeScope.USER);

    @Test
    void allAccountsOfTheUserAreAffectedIfRevocationIsPerUser() {
        TokenRecord alices = connect(ALICE, "user-1");
        connect(BOB, "user-1");
        connect(CAROL, "user-2");

        assertThat(of(alices)).containsExactly(BOB);
    }

    @Test
    void otherAccountsOfTheUserAreNotAffectedIfRevocationIsPerGrant() {
        engine = of(RevokeScope.GRANT);
        TokenRecord alices = connect(ALICE, "user-1");
        connect(BOB, "user-1");

        assertThat(of(alices)).isEmpty();
    }

    @Test
    void accountsOfUnknownUsersAreNotAffected() {
        TokenRecord alices = engine.connect(ALICE, Optional.empty());
        engine.connect(BOB, Optional.empty());

        assertThat(of(alices)).isEmpty();
    }

    @Test
    void anAccountWithTheSameRefreshTokenIsAlwaysAffected() {
        engine = of(RevokeScope.GRANT);
        TokenSet tokens = engine.tokens();
        TokenRecord alices = store(ALICE, tokens, "user-1");
        store(BOB, tokens, "user-2");

        assertThat(of(alices)).containsExactly(BOB);
    }

    @Test
    void accountsWithoutARefreshTokenDoNotShareAGrant() {
        TokenSet bare = TokenSet.builder(
                        engine.tokens().accessToken().orElseThrow().reveal())
                .build();
        TokenRecord alices = store(ALICE, bare, "user-1");
        store(BOB, bare, "user-2");

        assertThat(of(alices)).isEmpty();
    }

    @Test
    void anAccountDerivedFromTheRevokedOneIsAffected() {
        engine = of(RevokeScope.GRANT);
        TokenRecord alices = connect(ALICE, "user-1");
        engine.connectChild(BOB, ALICE);
        engine.connectChild(CAROL, BOB);

        assertThat(of(alices)).containsExactly(BOB);
    }

    @Test
    void anUnreadableRecordIsNotCounted() {
        TokenRecord alices = connect(ALICE, "user-1");
        connect(BOB, "user-1");
        connect(CAROL, "user-1");
        engine.peers.spoil(BOB, Reason.CORRUPT);

        assertThat(of(alices)).containsExactly(CAROL);
    }

    @Test
    void accountsOfAnUnknownRegistrationAreNotCounted() {
        TokenRecord alices = connect(ALICE, "user-1");
        connect(TUBE, "user-1");

        assertThat(of(alices)).isEmpty();
    }

    @Test
    void accountsOfAnotherProviderWithTheSameRevocationEndpointAreAffected() {
        TokenRecord alices = connect(ALICE, "user-1");
        connect(TUBE, "user-1");
        URI server = URI.create("https://accounts.example/revoke");
        URI elsewhere = URI.create("https://elsewhere.example/revoke");

        assertThat(affected(Optional.of(server), Optional.of(server), alices)).containsExactly(TUBE);
        assertThat(affected(Optional.of(server), Optional.of(elsewhere), alices))
                .isEmpty();
        assertThat(affected(Optional.empty(), Optional.empty(), alices)).isEmpty();
        assertThat(affected(Optional.of(server), Optional.empty(), alices)).isEmpty();
    }

    private Set<TokenKey> affected(Optional<URI> googles, Optional<URI> tubes, TokenRecord record) {
        RegisteredClient google = registered("google", "google", googles);
        RegisteredClient tube = registered("tube", "tube", tubes);
        ClientRegistry clients = new ClientRegistry(Map.of("google", google, "tube", tube), engine.parts.exceptions());
        return new AffectedAccounts(engine.parts.store(), clients, engine.time)
                .of(record, google)
                .accounts();
    }

    private RegisteredClient registered(String registration, String provider, Optional<URI> revocation) {
        Endpoints endpoints = revocation
                .map(address -> Endpoints.none().with(EndpointKind.REVOKE, address))
                .orElse(Endpoints.none());
        ProviderProfile profile = engine.provider.profile().withEndpoints(endpoints);
        return new RegisteredClient(
                new Client(registration, provider, ClientRegistration.ofPublic("a-client"), profile),
                new ScriptedProvider(provider, profile),
                engine.client.refresher(),
                Optional.empty(),
                Set.of(),
                engine.client.health());
    }

    private Set<TokenKey> of(TokenRecord record) {
        ClientRegistry clients = engine.clients();
        return new AffectedAccounts(engine.parts.store(), clients, engine.time)
                .of(record, engine.client)
                .accounts();
    }

    private TokenRecord connect(TokenKey key, String user) {
        return engine.connect(key, Optional.of(user));
    }

    private TokenRecord store(TokenKey key, TokenSet tokens, String user) {
        return engine.store(
                engine.first(key, tokens, Optional.of(user), GrantSource.ofConsent(engine.provider.profile())));
    }

    private static EngineFixture of(RevokeScope scope) {
        return new EngineFixture(
                ProviderProfile.builder(RefreshModel.STATIC).revokeScope(scope).build());
    }
}
