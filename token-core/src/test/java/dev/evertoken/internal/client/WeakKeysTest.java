package dev.evertoken.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WeakKeysTest {

    private final WeakKeys<Object, String> entries = new WeakKeys<>();

    @Test
    void aKeyIsFoundByItsIdentityAndNotByItsEquality() {
        String key = new String("same");
        entries.put(key, "value");

        assertThat(entries.get(key)).hasValue("value");
        assertThat(entries.get(new String("same"))).isEmpty();
        entries.put(key, "later");
        assertThat(entries.get(key)).hasValue("later");
        assertThat(entries.size()).isEqualTo(1);
    }

    @Test
    void anEntryIsRemovedAfterItsKeyWasCollected() {
        Object kept = new Object();
        entries.put(kept, "kept");
        for (int n = 0; n < 1000; n++) {
            entries.put(new Object(), "lost");
        }

        for (int attempt = 0; entries.size() > 1 && attempt < 1000; attempt++) {
            System.gc();
        }
        assertThat(entries.size()).isEqualTo(1);
        assertThat(entries.get(kept)).hasValue("kept");
    }
}
