package dev.evertoken.internal.record;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.ForeignRecords;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.internal.refresh.EngineParts;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.store.TokenRecord;
import org.junit.jupiter.api.Test;

/** Whose a record is: of this application, this stage and this client, or of somebody who is named. */
class OwnershipTest {

    private static final KeyRing KEYS = KeyRing.of("k1", new byte[32]);

    private final EngineFixture engine = EngineFixture.of(RefreshModel.STATIC);
    private final Ownership ownership = engine.parts.mapper().ownership();
    private final Client client = engine.client.client();
    private final TokenRecord ours = engine.connect(ALICE);

    @Test
    void whatThisApplicationWroteForThisClientIsOurs() {
        assertThat(ownership.foreign(ours, client)).isEmpty();
        assertThat(ownership.otherApplication(ours)).isEmpty();
        assertThat(ours.origin()).isEqualTo(ownership.origin(client));
    }

    @Test
    void aRecordOfAnotherStageIsNamedAndNotUsed() {
        TokenRecord other = ForeignRecords.ofAnotherStage(engine, ALICE);

        TokenException why = ownership.foreign(other, client).orElseThrow();

        assertThat(why.problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(why.detail())
                .isEqualTo("the record belongs to " + EngineParts.NAMESPACE + "/staging, this is "
                        + EngineParts.NAMESPACE + "/" + EngineParts.ENVIRONMENT
                        + "; nothing was read or refreshed");
        assertThat(ownership.otherApplication(other)).isPresent();
    }

    @Test
    void aRecordOfAnotherNamespaceIsNamedAndNotUsed() {
        Ownership others = new Ownership(sealer(KeyRing.none()), "another-application", EngineParts.ENVIRONMENT);

        assertThat(others.otherApplication(ours)).map(TokenException::problem).contains(Problem.ENVIRONMENT_MISMATCH);
    }

    @Test
    void aRecordOfAnotherClientIsNotUsedAlthoughItIsOfThisApplication() {
        TokenRecord other = ForeignRecords.ofAnotherClient(engine, ALICE);

        TokenException why = ownership.foreign(other, client).orElseThrow();

        assertThat(why.problem()).isEqualTo(Problem.CLIENT_MISMATCH);
        assertThat(why.detail())
                .isEqualTo("the record belongs to a client with fingerprint "
                        + other.origin().clientFingerprint() + ", this one has "
                        + ours.origin().clientFingerprint() + "; nothing was refreshed");
        assertThat(ownership.otherApplication(other)).isEmpty();
    }

    @Test
    void anotherKeyUnderTheSameIdIsWhatIsWrongAndNotTheClient() {
        byte[] otherBytes = new byte[32];
        otherBytes[0] = 1;
        TokenRecord sealed = ours.next()
                .secrets(sealer(KEYS)
                        .seal(ALICE, ours.grant().id(), ours.secrets().bytes()))
                .build(ours.revision() + 1, ours.updatedAt());
        Ownership withItsKey = new Ownership(sealer(KEYS), EngineParts.NAMESPACE, EngineParts.ENVIRONMENT);
        TokenRecord record = SampleRecords.ofOrigin(sealed, withItsKey.origin(client));
        Ownership withOtherKey =
                new Ownership(sealer(KeyRing.of("k1", otherBytes)), EngineParts.NAMESPACE, EngineParts.ENVIRONMENT);

        assertThat(withOtherKey.foreign(record, client))
                .map(TokenException::problem)
                .contains(Problem.RECORD_UNREADABLE);
    }

    @Test
    void aFingerprintWhoseKeyHasLeftTheRingAccusesNobody() {
        Ownership keyed = new Ownership(sealer(KEYS), EngineParts.NAMESPACE, EngineParts.ENVIRONMENT);
        assertThat(keyed.origin(client)).isNotEqualTo(ownership.origin(client));

        assertThat(ownership.foreign(SampleRecords.ofOrigin(ours, keyed.origin(client)), client))
                .isEmpty();
    }

    private static Sealer sealer(KeyRing ring) {
        return new Sealer(ring, EngineParts.NAMESPACE, EngineParts.ENVIRONMENT);
    }
}
