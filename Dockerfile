# An image that needs no network once it is built: packages, model, documents and their index are inside.
# Tried with buildah, not with Docker; docs/deploy.md says what of it.
#   docker build -t alliance-assistant .
#   docker run --network none ...   also works; see docs/deploy.md
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
# The image's user cannot write bytecode later, and without it every start compiles thousands of files.
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/venv \
 && python -m pip install --no-cache-dir 'uv>=0.9,<1' \
 && uv pip install --no-cache --python /opt/venv/bin/python --no-deps -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY assistant ./assistant
COPY evals ./evals
RUN uv pip install --no-cache --python /opt/venv/bin/python --no-deps .
COPY corpus /srv/corpus
# Assembles the embedder into the cache and embeds the documents: minutes here instead of at the first start.
ENV ASSISTANT_CACHE=/opt/cache ASSISTANT_INDEX=/data
RUN /opt/venv/bin/assistant sync /srv/corpus

FROM ${PYTHON_IMAGE}
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=10001:10001 /opt/cache /opt/cache
COPY --from=build --chown=10001:10001 /srv/corpus /srv/corpus
COPY --from=build --chown=10001:10001 /data /data
COPY LICENSE THIRD_PARTY.md /srv/
# Runs of evals that staff start on the page are kept in build/; mount it to keep them longer.
# What staff upload goes to corpus/uploads; it needs a volume with a name, or it is lost with the container.
RUN mkdir -p /srv/build /srv/corpus/uploads && chown 10001:10001 /srv/build /srv/corpus/uploads
# The user has no entry and so no home; libraries ask for one.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 HOME=/tmp \
    ASSISTANT_CACHE=/opt/cache ASSISTANT_INDEX=/data
USER 10001:10001
WORKDIR /srv
VOLUME /data /srv/corpus/uploads
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=180s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/readyz', timeout=4)"]
# A volume with a name begins with the index of the image, and a start only looks for changes. An empty folder mounted at
# /data does not: then the first start embeds the documents, some five minutes on two cores, and the page says so.
CMD ["assistant", "serve", "--host", "0.0.0.0", "--port", "7860", "--corpus", "/srv/corpus", "--sync"]
