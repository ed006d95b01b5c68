# The explorer in browsers, for a class:
#
#   docker build -t lsexplorer .
#   docker run --rm --init -p 8000:8000 --read-only --tmpfs /tmp --cap-drop ALL lsexplorer
#
# It prints the access code. Where it is reached by another name than localhost, name it:
#   docker run … lsexplorer serve --host 0.0.0.0 --allow-host class.example
FROM python:3.11-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY lsexplorer lsexplorer
RUN python -m venv /opt/lsexplorer && /opt/lsexplorer/bin/pip install --no-cache-dir '.[web]'

FROM python:3.11-slim
COPY --from=build /opt/lsexplorer /opt/lsexplorer
ENV PATH=/opt/lsexplorer/bin:$PATH PYTHONUNBUFFERED=1
USER nobody
WORKDIR /tmp
EXPOSE 8000
ENTRYPOINT ["lsexplorer"]
CMD ["serve", "--host", "0.0.0.0"]
