package dev.evertoken.internal.record;

import dev.evertoken.model.KeyRing;
import java.util.Arrays;

/** Keys for tests that do not depend on particular values. */
public final class SampleKeys {

    private SampleKeys() {}

    public static KeyRing ring(String id, int filling) {
        return KeyRing.of(id, key(filling));
    }

    public static byte[] key(int filling) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) filling);
        return key;
    }
}
