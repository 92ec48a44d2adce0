package dev.evertoken;

import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.record.Sealer;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.internal.refresh.EngineParts;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Grant;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Records of other environments and clients in a shared store. Stateless. */
public final class ForeignRecords {

    private ForeignRecords() {}

    /** Returns a record of the same application and client in another environment. */
    public static TokenRecord ofAnotherStage(EngineFixture engine, TokenKey key) {
        Client own = engine.client.client();
        return record(engine, key, "staging", own, GrantSource.ofConsent(own.profile()));
    }

    /** Returns a record like {@link #ofAnotherStage}, with tokens that are derived from a parent account. */
    public static TokenRecord pageOfAnotherStage(EngineFixture engine, TokenKey key, TokenKey parent) {
        return record(engine, key, "staging", engine.client.client(), GrantSource.ofParent(parent));
    }

    /** Returns a record of the same application and environment with another client. */
    public static TokenRecord ofAnotherClient(EngineFixture engine, TokenKey key) {
        Client own = engine.client.client();
        Client other = new Client(
                own.registration(), own.providerId(), ClientRegistration.ofPublic("another-client"), own.profile());
        return record(engine, key, EngineParts.ENVIRONMENT, other, GrantSource.ofConsent(other.profile()));
    }

    private static TokenRecord record(
            EngineFixture engine, TokenKey key, String environment, Client client, GrantSource source) {
        Sealer sealer = new Sealer(KeyRing.none(), EngineParts.NAMESPACE, environment);
        return new RecordMapper(
                        sealer, EngineParts.NAMESPACE, environment, RefreshPolicy.early(Duration.ZERO), engine.time)
                .first(
                        key,
                        client,
                        new Grant("foreign-grant", engine.time.now()),
                        engine.tokens(),
                        Set.of(),
                        Optional.empty(),
                        source);
    }
}
