package dev.evertoken.store;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;

/** The library and the tests, loaded once more in this process, as by one web application of a server. */
public final class LibraryCopy implements AutoCloseable {

    private final URLClassLoader loader;

    private LibraryCopy(URLClassLoader loader) {
        this.loader = loader;
    }

    public static LibraryCopy load() {
        URL[] path = Arrays.stream(System.getProperty("java.class.path").split(System.getProperty("path.separator")))
                .map(LibraryCopy::url)
                .toArray(URL[]::new);
        return new LibraryCopy(new URLClassLoader(path, ClassLoader.getPlatformClassLoader()));
    }

    /**
     * Calls a static method of a class of this copy.
     *
     * @param arguments objects of classes of the JDK
     */
    public Object call(Class<?> original, String method, Object... arguments) throws Exception {
        Class<?> copy = Class.forName(original.getName(), true, loader);
        Method found = Arrays.stream(copy.getDeclaredMethods())
                .filter(one -> one.getName().equals(method))
                .findFirst()
                .orElseThrow();
        found.setAccessible(true);
        try {
            return found.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw new AssertionError("a call of another copy failed", e.getCause());
        }
    }

    public WeakReference<ClassLoader> reference() {
        return new WeakReference<>(loader);
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
