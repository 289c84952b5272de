# The register in a container: web process, worker and commands are the same image.
#
#   docker build --tag consist .
#   docker compose up

FROM python:3.11-slim AS build
WORKDIR /srv/consist
RUN python -m venv .venv
COPY requirements.txt ./
RUN .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes \
    --requirement requirements.txt
COPY manage.py pyproject.toml ./
COPY config config
COPY organisations organisations
COPY assets assets
COPY licensing licensing
COPY devices devices
COPY templates templates
# Settings want a key even to collect files; this one is used for nothing else.
RUN SECRET_KEY=of-the-build .venv/bin/python manage.py collectstatic --noinput \
    && .venv/bin/python -m compileall -q config organisations assets licensing devices

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home consist \
    && install --directory --owner consist /srv/media
COPY --from=build /srv/consist /srv/consist
WORKDIR /srv/consist
ENV PATH=/srv/consist/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MEDIA_ROOT=/srv/media
USER consist
VOLUME /srv/media
EXPOSE 8000
# Asked as a proxy would ask, so that the host is one of those that are answered.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-m", "config.probe", "http://127.0.0.1:8000/readyz"]
CMD ["gunicorn", "-c", "python:config.gunicorn", "-b", "0.0.0.0:8000"]
