package dev.evertoken.internal.record;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.ForeignRecords;
import dev.evertoken.faults.Fault;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.internal.refresh.EngineParts;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.store.TokenRecord;
import org.junit.jupiter.api.Test;

/** Ownership of a record: this application, environment and client, or another one named in the error. */
class OwnershipTest {

    private static final KeyRing KEYS = KeyRing.of("k1", new byte[32]);

    private final EngineFixture engine = EngineFixture.of(RefreshModel.STATIC);
    private final Ownership ownership = engine.parts.mapper().ownership();
    private final Client client = engine.client.client();
    private final TokenRecord owned = engine.connect(ALICE);

    @Test
    void aRecordWrittenByThisApplicationForThisClientIsOwned() {
        assertThat(ownership.foreign(owned, client)).isEmpty();
        assertThat(ownership.otherApplication(owned)).isEmpty();
        assertThat(owned.origin()).isEqualTo(ownership.origin(client));
    }

    @Test
    void aRecordOfAnotherEnvironmentIsRejectedAndItsOwnerNamed() {
        TokenRecord other = ForeignRecords.ofAnotherStage(engine, ALICE);

        TokenException rejected = ownership.foreign(other, client).orElseThrow();

        assertThat(rejected.problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(rejected.detail())
                .isEqualTo("the record belongs to " + EngineParts.NAMESPACE + "/staging, this is "
                        + EngineParts.NAMESPACE + "/" + EngineParts.ENVIRONMENT
                        + "; nothing was read or refreshed");
        assertThat(ownership.otherApplication(other)).isPresent();
    }

    @Test
    void aRecordOfAnotherNamespaceIsRejected() {
        Ownership others = new Ownership(sealer(KeyRing.none()), "another-application", EngineParts.ENVIRONMENT);

        assertThat(others.otherApplication(owned)).map(TokenException::problem).contains(Problem.ENVIRONMENT_MISMATCH);
    }

    @Test
    @Fault("O5")
    void aRecordOfAnotherClientOfThisApplicationIsRejected() {
        TokenRecord other = ForeignRecords.ofAnotherClient(engine, ALICE);

        TokenException rejected = ownership.foreign(other, client).orElseThrow();

        assertThat(rejected.problem()).isEqualTo(Problem.CLIENT_MISMATCH);
        assertThat(rejected.detail())
                .isEqualTo("the record belongs to a client with fingerprint "
                        + other.origin().clientFingerprint() + ", this one has "
                        + owned.origin().clientFingerprint()
                        + "; nothing was refreshed. Set the earlier client id; if it was changed on purpose, the user has"
                        + " to connect the account again");
        assertThat(ownership.otherApplication(other)).isEmpty();
    }

    @Test
    void aDifferentKeyUnderTheSameIdIsReportedAsUnreadableAndNotAsClientMismatch() {
        byte[] otherBytes = new byte[32];
        otherBytes[0] = 1;
        TokenRecord sealed = owned.next()
                .secrets(sealer(KEYS)
                        .seal(
                                ALICE,
                                owned.grant().id(),
                                owned.generation(),
                                owned.secrets().bytes()))
                .build(owned.revision() + 1, owned.updatedAt());
        Ownership withItsKey = new Ownership(sealer(KEYS), EngineParts.NAMESPACE, EngineParts.ENVIRONMENT);
        TokenRecord record = SampleRecords.ofOrigin(sealed, withItsKey.origin(client));
        Ownership withOtherKey =
                new Ownership(sealer(KeyRing.of("k1", otherBytes)), EngineParts.NAMESPACE, EngineParts.ENVIRONMENT);

        assertThat(withOtherKey.foreign(record, client))
                .map(TokenException::problem)
                .contains(Problem.RECORD_UNREADABLE);
    }

    @Test
    void aFingerprintWhoseKeyIsNoLongerInTheRingIsNotAMismatch() {
        Ownership keyed = new Ownership(sealer(KEYS), EngineParts.NAMESPACE, EngineParts.ENVIRONMENT);
        assertThat(keyed.origin(client)).isNotEqualTo(ownership.origin(client));

        assertThat(ownership.foreign(SampleRecords.ofOrigin(owned, keyed.origin(client)), client))
                .isEmpty();
    }

    private static Sealer sealer(KeyRing ring) {
        return new Sealer(ring, EngineParts.NAMESPACE, EngineParts.ENVIRONMENT);
    }
}
