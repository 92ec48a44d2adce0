package dev.evertoken.spi.store;

/**
 * One property of a store or of a place in it, for a diagnosis. Immutable.
 *
 * @param topic what the fact is about
 * @param place the server, folder or tier, without credentials
 * @param isGood whether nothing has to be done
 * @param sentence one sentence without secrets and without a full stop
 */
public record StoreFact(Topic topic, String place, boolean isGood, String sentence) {

    /** What a fact is about. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Topic {
        /** Who may read and write the records. */
        PERMISSIONS,
        /** Whether the store removes records by itself, such as when its memory is full. */
        EVICTION,
        /** Whether a failover can lose confirmed writes. */
        REPLICAS,
        /** Whether a crash can lose confirmed writes. */
        PERSISTENCE,
        /** Whether one of several places responds. */
        PLACE
    }

    /** Returns a fact after which nothing has to be done. */
    public static StoreFact good(Topic topic, String place, String sentence) {
        return new StoreFact(topic, place, true, sentence);
    }

    /** Returns a fact that the operator should change. */
    public static StoreFact bad(Topic topic, String place, String sentence) {
        return new StoreFact(topic, place, false, sentence);
    }
}
