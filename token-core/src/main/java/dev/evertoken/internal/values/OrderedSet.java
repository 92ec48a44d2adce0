package dev.evertoken.internal.values;

import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import org.jspecify.annotations.Nullable;

/**
 * A set of a few elements, such as scopes, that keeps their order. It takes a fifth of the memory of a
 * {@link LinkedHashSet}, and a copy of it is the set itself. Immutable.
 */
public final class OrderedSet<E> extends AbstractSet<E> {

    /** The number of elements up to which a search in an array is fast enough. */
    private static final int MOST = 32;

    private static final OrderedSet<?> EMPTY = new OrderedSet<>(new Object[0]);

    private final Object[] elements;

    private OrderedSet(Object[] elements) {
        this.elements = elements;
    }

    /**
     * Returns the elements of a collection in its order, each once. Two empty sets are the same object.
     *
     * @throws NullPointerException if an element is null
     */
    @SuppressWarnings("unchecked") // an empty set has no elements of another type, and no set can be changed
    public static <E> Set<E> copyOf(Collection<? extends E> elements) {
        if (elements instanceof OrderedSet<?>) {
            return (Set<E>) elements;
        }
        if (elements.isEmpty()) {
            return (Set<E>) EMPTY;
        }
        Object[] copy = elements.toArray();
        for (Object element : copy) {
            Objects.requireNonNull(element, "an element is null");
        }
        if (copy.length > MOST) {
            return Collections.unmodifiableSet(new LinkedHashSet<>(elements));
        }
        return new OrderedSet<>(elements instanceof Set<?> ? copy : withoutRepetitions(copy));
    }

    private static Object[] withoutRepetitions(Object[] elements) {
        int size = 0;
        for (Object element : elements) {
            if (!contains(elements, size, element)) {
                elements[size++] = element;
            }
        }
        return Arrays.copyOf(elements, size);
    }

    private static boolean contains(Object[] elements, int size, @Nullable Object object) {
        for (int i = 0; i < size; i++) {
            if (elements[i].equals(object)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int size() {
        return elements.length;
    }

    @Override
    public boolean contains(@Nullable Object object) {
        return contains(elements, elements.length, object);
    }

    @Override
    @SuppressWarnings("unchecked") // copyOf takes elements of this type only
    public Iterator<E> iterator() {
        return (Iterator<E>) Arrays.asList(elements).iterator();
    }

    @Override
    public Spliterator<E> spliterator() {
        return Spliterators.spliterator(
                elements, Spliterator.DISTINCT | Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE);
    }

    @Override
    public Object[] toArray() {
        return Arrays.copyOf(elements, elements.length, Object[].class);
    }
}
