package dev.evertoken.internal.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A value is created when it is first requested, and once. */
class OnceTest {

    private static final int THREADS = 8;

    private final AtomicInteger creations = new AtomicInteger();

    @Test
    void aValueIsNotCreatedBeforeItIsRequested() {
        Once<String> once = new Once<>(() -> "value " + creations.incrementAndGet());

        assertThat(once.ifCreated()).isEmpty();
        assertThat(creations).hasValue(0);
        assertThat(once.get()).isEqualTo("value 1");
        assertThat(once.ifCreated()).hasValue("value 1");
    }

    @Test
    void allThreadsThatRequestAValueAtTheSameTimeGetTheSameOne() throws Exception {
        CountDownLatch all = new CountDownLatch(THREADS);
        Once<Object> once = new Once<>(() -> {
            creations.incrementAndGet();
            return new Object();
        });
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Object>> values = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                values.add(threads.submit(() -> {
                    all.countDown();
                    all.await();
                    return once.get();
                }));
            }
            for (Future<Object> value : values) {
                assertThat(value.get()).isSameAs(once.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(creations).hasValue(1);
    }

    @Test
    void aCreationThatFailsIsRepeatedAtTheNextRequest() {
        Once<String> once = new Once<>(() -> {
            if (creations.incrementAndGet() == 1) {
                throw new IllegalStateException("not yet");
            }
            return "value";
        });

        assertThatThrownBy(once::get).hasMessage("not yet");
        assertThat(once.ifCreated()).isEmpty();
        assertThat(once.get()).isEqualTo("value");
    }
}
