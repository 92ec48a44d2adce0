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

/** Records that others have left in a store that is shared with them. Stateless. */
public final class ForeignRecords {

    private ForeignRecords() {}

    /** Returns a record of the same application and client on another stage. */
    public static TokenRecord ofAnotherStage(EngineFixture engine, TokenKey key) {
        Client ours = engine.client.client();
        return record(engine, key, "staging", ours, GrantSource.ofConsent(ours.profile()));
    }

    /** Returns a record of the same application and client on another stage that lives off another account there. */
    public static TokenRecord pageOfAnotherStage(EngineFixture engine, TokenKey key, TokenKey parent) {
        return record(engine, key, "staging", engine.client.client(), GrantSource.ofParent(parent));
    }

    /** Returns a record of the same application and stage with another client. */
    public static TokenRecord ofAnotherClient(EngineFixture engine, TokenKey key) {
        Client ours = engine.client.client();
        Client other = new Client(
                ours.registration(), ours.providerId(), ClientRegistration.ofPublic("another-client"), ours.profile());
        return record(engine, key, EngineParts.ENVIRONMENT, other, GrantSource.ofConsent(other.profile()));
    }

    private static TokenRecord record(
            EngineFixture engine, TokenKey key, String stage, Client client, GrantSource descent) {
        Sealer sealer = new Sealer(KeyRing.none(), EngineParts.NAMESPACE, stage);
        return new RecordMapper(sealer, EngineParts.NAMESPACE, stage, RefreshPolicy.early(Duration.ZERO), engine.time)
                .first(
                        key,
                        client,
                        new Grant("grant-of-a-stranger", engine.time.now()),
                        engine.tokens(),
                        Set.of(),
                        Optional.empty(),
                        descent);
    }
}
