package dev.evertoken.internal.values;

import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is created when it is first requested, once. Thread-safe. */
public final class Once<T> implements Supplier<T> {

    private final Lock creating = new ReentrantLock();
    private final Supplier<T> creation;
    private volatile @Nullable T created;

    public Once(Supplier<T> creation) {
        this.creation = creation;
    }

    @Override
    public T get() {
        T value = created;
        return value != null ? value : create();
    }

    /** Returns the value if it has been created. */
    public Optional<T> ifCreated() {
        return Optional.ofNullable(created);
    }

    private T create() {
        creating.lock();
        try {
            T value = created != null ? created : creation.get();
            created = value;
            return value;
        } finally {
            creating.unlock();
        }
    }
}
