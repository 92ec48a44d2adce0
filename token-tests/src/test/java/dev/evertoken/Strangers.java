package dev.evertoken;

import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Grant;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.RefreshPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Records that others have left in a store that is shared with them. Stateless. */
final class Strangers {

    private Strangers() {}

    /** Returns a record of the same application and client on another stage. */
    static TokenRecord ofAnotherStage(EngineBench bench, TokenKey key) {
        Client ours = bench.client.client();
        return record(bench, key, "staging", ours, Descent.ofConsent(ours.profile()));
    }

    /** Returns a record of the same application and client on another stage that lives off another account there. */
    static TokenRecord pageOfAnotherStage(EngineBench bench, TokenKey key, TokenKey parent) {
        return record(bench, key, "staging", bench.client.client(), Descent.ofParent(parent));
    }

    /** Returns a record of the same application and stage with another client. */
    static TokenRecord ofAnotherClient(EngineBench bench, TokenKey key) {
        Client ours = bench.client.client();
        Client other = new Client(
                ours.registration(), ours.providerId(), ClientRegistration.ofPublic("another-client"), ours.profile());
        return record(bench, key, Workshops.ENVIRONMENT, other, Descent.ofConsent(other.profile()));
    }

    private static TokenRecord record(EngineBench bench, TokenKey key, String stage, Client client, Descent descent) {
        Sealer sealer = new Sealer(KeyRing.none(), Workshops.NAMESPACE, stage);
        return new Records(sealer, Workshops.NAMESPACE, stage, RefreshPolicy.early(Duration.ZERO), bench.time)
                .first(
                        key,
                        client,
                        new Grant("grant-of-a-stranger", bench.time.now()),
                        bench.tokens(),
                        Set.of(),
                        Optional.empty(),
                        descent);
    }
}
